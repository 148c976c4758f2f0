using System.Globalization;
using System.Text;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Organizations;

/// <summary>Which users are wanted: all that meet every condition that is not null.</summary>
public sealed record UserFilter
{
    /// <summary>Beginning of a user name, an e-mail address, a phone number, a given or a family name.</summary>
    public string? Search { get; init; }

    /// <summary>Home organization.</summary>
    public string? OrganizationId { get; init; }

    public bool? Enabled { get; init; }

    /// <summary>Name of a role that is held anywhere.</summary>
    public string? Role { get; init; }
}

/// <summary>
/// Finds users for administrators, in the order of their ids. On PostgreSQL the beginnings are looked up in indexes; how many users begin so
/// differs from search to search, so each is planned by its own values.
/// </summary>
public sealed class UserSearch(HubDatabase database)
{
    private const string ConditionsSql =
        $"""
        u.id > $1
        AND ($3 IS NULL OR u.organization_id = $3)
        AND ($4 IS NULL OR (u.disabled_at IS NULL) = ($4 = 1))
        AND ($5 IS NULL OR u.id IN (
            SELECT m.user_id FROM memberships m JOIN roles r ON r.id = m.role_id WHERE r.name = $5
            UNION SELECT h.user_id FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE r.name = $5))
        AND ($6 IS NULL OR u.normalized_user_name LIKE $6 ESCAPE '\' OR u.normalized_email LIKE $6 ESCAPE '\'
            OR u.phone_number LIKE $6 ESCAPE '\' OR UPPER(u.given_name) LIKE $6 ESCAPE '\' OR UPPER(u.family_name) LIKE $6 ESCAPE '\'
            OR UPPER(u.given_name) LIKE $7 ESCAPE '\' OR UPPER(u.family_name) LIKE $7 ESCAPE '\')
        AND {AdministeredUser.IsThereSql}
        ORDER BY u.id LIMIT $2
        """;

    private const string ListSql = $"SELECT {AdministeredUser.Columns} FROM users u WHERE {ConditionsSql}";

    private static readonly string ListWithinSql =
        OrganizationTree.Reach(user: 8, pattern: 9)
            + $"""
            SELECT {AdministeredUser.Columns} FROM users u
            WHERE u.id IN (
                SELECT h.id FROM users h WHERE h.organization_id IN (SELECT id FROM reach)
                UNION SELECT m.user_id FROM memberships m WHERE m.organization_id IN (SELECT id FROM reach))
            AND {ConditionsSql}
            """;

    /// <summary>A page of users.</summary>
    /// <param name="reach">Only those who belong to an organization in which this user holds the permission; null for all.</param>
    /// <param name="after">The id after which the list goes on; all zeros for its beginning.</param>
    /// <param name="most">No more than these.</param>
    public async Task<List<AdministeredUser>> ListAsync(
        UserFilter filter, (Guid UserId, string Permission)? reach, Guid after, int most, CancellationToken cancellationToken)
    {
        if (database.PlanByValuesSql is not { } plan)
            return await ListAsync(database.Call, filter, reach, after, most, cancellationToken);
        await using var transaction = await database.BeginAsync(cancellationToken);
        await transaction.Call(plan).ExecuteAsync(cancellationToken);
        return await ListAsync(transaction.Call, filter, reach, after, most, cancellationToken);
    }

    private static Task<List<AdministeredUser>> ListAsync(
        Func<string, Sql.SqlCall> call, UserFilter filter, (Guid UserId, string Permission)? reach, Guid after, int most,
        CancellationToken cancellationToken)
    {
        if (reach is not { } within)
            return WithFilter(call(ListSql), filter, after, most).ListAsync(AdministeredUser.Read, cancellationToken);
        return WithFilter(call(ListWithinSql), filter, after, most)
            .With(within.UserId)
            .With(OrganizationTree.PatternOf(within.Permission))
            .ListAsync(AdministeredUser.Read, cancellationToken);
    }

    private static Sql.SqlCall WithFilter(Sql.SqlCall call, UserFilter filter, Guid after, int most)
    {
        var (pattern, title) = filter.Search is { Length: > 0 } search ? PatternsOf(search) : (null, null);
        return call
            .With(after)
            .With(most)
            .With(filter.OrganizationId)
            .With(filter.Enabled is { } enabled ? enabled ? 1 : 0 : (int?)null)
            .With(filter.Role)
            .With(pattern)
            .With(title);
    }

    // Names of people are compared by UPPER() of the database, which leaves other letters than those of ASCII as they are in SQLite and under
    // the collation "C": a name is found as it is usually written, too.
    private static (string Upper, string Title) PatternsOf(string search)
    {
        var text = search.Normalize(NormalizationForm.FormKC);
        var title = text[..1].ToUpperInvariant() + text[1..].ToLower(CultureInfo.InvariantCulture);
        return (Beginning(NameNormalizer.Normalize(text)), Beginning(AsciiUpper(title)));
    }

    private static string AsciiUpper(string text) => string.Concat(text.Select(static c => char.IsAsciiLetterLower(c) ? (char)(c - 32) : c));

    private static string Beginning(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal) + "%";
}
