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
/// Finds users for administrators, in the order of their ids. On PostgreSQL the beginnings are looked up in indexes; how many users begin
/// so differs from search to search, so each is planned by its own values.
/// </summary>
public sealed class UserSearch(HubDatabase database)
{
    private const string ColumnsSql = $"SELECT {AdministeredUser.Columns}";

    private const string BeginsSql =
        """
        u.normalized_user_name LIKE $5 ESCAPE '\' OR u.normalized_email LIKE $5 ESCAPE '\' OR u.phone_number LIKE $5 ESCAPE '\'
            OR UPPER(u.given_name) LIKE $5 ESCAPE '\' OR UPPER(u.family_name) LIKE $5 ESCAPE '\'
            OR UPPER(u.given_name) LIKE $6 ESCAPE '\' OR UPPER(u.family_name) LIKE $6 ESCAPE '\'
        """;

    private const string ConditionsSql =
        $"""

        u.id > $1
        AND (u.organization_id = $3 OR $3 IS NULL)
        AND ((u.disabled_at IS NULL) = ($4 = 1) OR $4 IS NULL)
        AND ({BeginsSql} OR $5 IS NULL)
        AND {AdministeredUser.IsThereSql}
        ORDER BY u.id LIMIT $2
        """;

    private const string HoldersSql =
        """
        (SELECT m.user_id FROM memberships m JOIN roles r ON r.id = m.role_id WHERE r.name = $7
         UNION SELECT h.user_id FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE r.name = $7) k JOIN users u ON u.id = k.user_id
        """;

    private const string ListSql = ColumnsSql + " FROM users u WHERE" + ConditionsSql;

    private const string ListOfRoleSql = ColumnsSql + " FROM " + HoldersSql + " WHERE" + ConditionsSql;

    private static readonly string ReachSql = OrganizationTree.Reach(user: 1, pattern: 2) + "SELECT id FROM reach";

    // Those whose home is an organization, and those who only have a role there: each by an index of its own.
    private readonly string _listWithinSql =
        $"""
        SELECT * FROM ({ColumnsSql} FROM users u WHERE u.organization_id {database.InListSql(7)} AND {ConditionsSql}) home
        UNION ALL
        SELECT * FROM ({ColumnsSql} FROM (SELECT DISTINCT m.user_id FROM memberships m WHERE m.organization_id {database.InListSql(7)}) k
            JOIN users u ON u.id = k.user_id
            WHERE (u.organization_id IS NULL OR NOT (u.organization_id {database.InListSql(7)})) AND {ConditionsSql}) guests
        ORDER BY id LIMIT $2
        """;

    private readonly string _listOfRoleWithinSql =
        $"""
        {ColumnsSql} FROM {HoldersSql}
        WHERE (u.organization_id {database.InListSql(8)}
            OR u.id IN (SELECT m.user_id FROM memberships m WHERE m.organization_id {database.InListSql(8)}))
        AND {ConditionsSql}
        """;

    /// <summary>A page of users.</summary>
    /// <param name="reach">Only those who belong to an organization in which this user holds the permission; null for all.</param>
    /// <param name="after">The id after which the list goes on; all zeros for its beginning.</param>
    /// <param name="most">No more than these.</param>
    public async Task<List<AdministeredUser>> ListAsync(
        UserFilter filter, (Guid UserId, string Permission)? reach, Guid after, int most, CancellationToken cancellationToken)
    {
        var organizations = reach is { } within
            ? await database.Call(ReachSql).With(within.UserId).With(OrganizationTree.PatternOf(within.Permission))
                .ListAsync(static row => row.Text(), cancellationToken)
            : null;
        if (database.PlanByValuesSql is not { } plan)
            return await ListAsync(database.Call, filter, organizations, after, most, cancellationToken);
        await using var transaction = await database.BeginAsync(cancellationToken);
        await transaction.Call(plan).ExecuteAsync(cancellationToken);
        return await ListAsync(transaction.Call, filter, organizations, after, most, cancellationToken);
    }

    // Ids of organizations hold no blanks.
    private Task<List<AdministeredUser>> ListAsync(
        Func<string, Sql.SqlCall> call, UserFilter filter, IReadOnlyList<string>? organizations, Guid after, int most,
        CancellationToken cancellationToken)
    {
        if (organizations is null && filter.Role is null)
            return WithFilter(call(ListSql), filter, after, most).ListAsync(AdministeredUser.Read, cancellationToken);
        if (organizations is null)
            return WithFilter(call(ListOfRoleSql), filter, after, most).With(filter.Role)
                .ListAsync(AdministeredUser.Read, cancellationToken);
        var reached = string.Join(' ', organizations);
        return filter.Role is null
            ? WithFilter(call(_listWithinSql), filter, after, most).With(reached).ListAsync(AdministeredUser.Read, cancellationToken)
            : WithFilter(call(_listOfRoleWithinSql), filter, after, most).With(filter.Role).With(reached)
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
            .With(pattern)
            .With(title);
    }

    // Names of people are compared by UPPER() of the database, which leaves other letters than those of ASCII as they are in SQLite and
    // under the collation "C": a name is found as it is usually written, too.
    private static (string Upper, string Title) PatternsOf(string search)
    {
        var text = search.Normalize(NormalizationForm.FormKC);
        var title = text[..1].ToUpperInvariant() + text[1..].ToLower(CultureInfo.InvariantCulture);
        return (Beginning(NameNormalizer.Normalize(text)), Beginning(AsciiUpper(title)));
    }

    private static string AsciiUpper(string text) =>
        string.Concat(text.Select(static c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c));

    private static string Beginning(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal) + "%";
}
