using IdentityHub.Storage.Sql;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Organizations;

/// <summary>
/// Finds users for administrators: in the order of their ids; or, where many may begin as it is searched for, one field after the other, in
/// the order of its values, so that a page reads no more of an index than it shows. How many users a condition leaves differs from search
/// to search, so each is planned by its own values.
/// </summary>
public sealed class UserSearch(HubDatabase database)
{
    private const string ColumnsSql = $"SELECT {AdministeredUser.Columns}";

    private const string OnlySql =
        $"""
        (u.organization_id = $3 OR $3 IS NULL) AND ((u.disabled_at IS NULL) = ($4 = 1) OR $4 IS NULL) AND {AdministeredUser.IsThereSql}
        AND (EXISTS (SELECT 1 FROM user_attributes a WHERE a.user_id = u.id AND a.name = $9 AND a.value = $10 AND a.is_searchable)
            OR $9 IS NULL)
        """;

    private const string HoldersSql =
        """
        (SELECT m.user_id FROM memberships m JOIN roles r ON r.id = m.role_id WHERE r.name = $8
         UNION SELECT h.user_id FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE r.name = $8) k JOIN users u ON u.id = k.user_id
        """;

    private static readonly string ConditionsSql =
        $" u.id > $1 AND ({UserBeginnings.AnySql} OR $5 IS NULL) AND {OnlySql} AND COALESCE($7, $8, '') IS NOT NULL ORDER BY u.id LIMIT $2";

    private static readonly string ListSql = $"{ColumnsSql} FROM users u WHERE {ConditionsSql}";

    private static readonly string ListOfRoleSql = $"{ColumnsSql} FROM {HoldersSql} WHERE {ConditionsSql}";

    private static readonly string ListOfOrganizationSql =
        $"WITH members AS MATERIALIZED (SELECT * FROM users WHERE organization_id = $3) {ColumnsSql} FROM members u WHERE {ConditionsSql}";

    private static readonly string ReachSql = OrganizationTree.Reach(user: 1, pattern: 2) + "SELECT id FROM reach";

    private const string MembersOfOrganizationSql =
        "SELECT COUNT(*) AS members FROM (SELECT 1 FROM users WHERE organization_id = $1 LIMIT $2) few";

    private readonly string _membersWithinSql =
        $"SELECT COUNT(*) AS members FROM (SELECT 1 FROM users WHERE organization_id {database.InListSql(1)} LIMIT $2) few";

    // Those whose home is an organization, and those who only have a role there: each by an index of its own.
    private readonly string _listWithinSql =
        $"""
        SELECT * FROM ({ColumnsSql} FROM users u WHERE u.organization_id {database.InListSql(7)} AND {ConditionsSql}) home
        UNION ALL
        SELECT * FROM ({ColumnsSql} {GuestsSql(database)} AND {ConditionsSql}) guests
        ORDER BY id LIMIT $2
        """;

    private readonly string _listOfFewWithinSql =
        $"""
        WITH members AS MATERIALIZED (
            SELECT u.* FROM users u WHERE u.organization_id {database.InListSql(7)} UNION ALL SELECT u.* {GuestsSql(database)})
        {ColumnsSql} FROM members u WHERE {ConditionsSql}
        """;

    private readonly string _listOfOrganizationWithinSql =
        $"""
        WITH members AS MATERIALIZED (SELECT * FROM users WHERE organization_id = $3)
        {ColumnsSql} FROM members u
        WHERE (u.organization_id {database.InListSql(7)}
            OR u.id IN (SELECT m.user_id FROM memberships m WHERE m.organization_id {database.InListSql(7)}))
        AND {ConditionsSql}
        """;

    private readonly string _listOfRoleWithinSql =
        $"""
        {ColumnsSql} FROM {HoldersSql}
        WHERE (u.organization_id {database.InListSql(7)}
            OR u.id IN (SELECT m.user_id FROM memberships m WHERE m.organization_id {database.InListSql(7)}))
        AND {ConditionsSql}
        """;

    private readonly string[] _fieldsSql = [.. UserBeginnings.Numbers.Select(number => FieldSql(database.ByteOrder, number))];

    private readonly string[] _fieldsWithinSql = [.. UserBeginnings.Numbers.Select(number => FieldWithinSql(database, number))];

    // So many are read and compared one by one faster than they are found in an index of all users.
    internal int FewMembers { get; init; } = 10_000;

    /// <summary>A page of users.</summary>
    /// <param name="reach">Only those who belong to an organization in which this user holds the permission; null for all.</param>
    /// <param name="after">The place after which the list goes on; null for its beginning.</param>
    /// <param name="most">No more than these.</param>
    public async Task<List<FoundUser>> ListAsync(
        UserFilter filter, (Guid UserId, string Permission)? reach, UserPlace? after, int most, CancellationToken cancellationToken)
    {
        // Ids of organizations hold no blanks.
        var reached = reach is { } within
            ? string.Join(' ', await database.Call(ReachSql).With(within.UserId).With(OrganizationTree.PatternOf(within.Permission))
                .ListAsync(static row => row.Text(), cancellationToken))
            : null;
        var wish = new Wish(filter, reached, most, cancellationToken);
        if (database.PlanByValuesSql is not { } plan)
            return await ListAsync(database.Call, wish, after);
        await using var transaction = await database.BeginAsync(cancellationToken);
        await transaction.Call(plan).ExecuteAsync(cancellationToken);
        return await ListAsync(transaction.Call, wish, after);
    }

    private async Task<List<FoundUser>> ListAsync(Func<string, SqlCall> call, Wish wish, UserPlace? after)
    {
        if (after is { Field: > 0 } within)
            return await ListByFieldAsync(call, wish, within);
        var search = wish.Filter.Search is { Length: > 0 };
        if (!search || wish.Filter.Role is not null)
            return await ListByIdAsync(call, wish, after, isOfFew: false);
        return after is not null || await IsOfFewAsync(call, wish)
            ? await ListByIdAsync(call, wish, after, isOfFew: true)
            : await ListByFieldAsync(call, wish, new UserPlace(1, "", Guid.Empty));
    }

    // One after the other until the page is full: most pages need the first one alone.
    private async Task<List<FoundUser>> ListByFieldAsync(Func<string, SqlCall> call, Wish wish, UserPlace after)
    {
        var found = new List<FoundUser>();
        var (upper, title) = UserBeginnings.PatternsOf(wish.Filter.Search!);
        foreach (var field in UserBeginnings.Numbers.SkipWhile(number => number < after.Field))
        {
            if (found.Count == wish.Most)
                break;
            var begin = field == after.Field ? after : new UserPlace(field, "", Guid.Empty);
            var statement = call(wish.Reached is null ? _fieldsSql[field - 1] : _fieldsWithinSql[field - 1]);
            statement = statement.With(begin.Value).With(wish.Most - found.Count);
            statement = WithFilter(statement, wish.Filter).With(upper).With(title).With(wish.Reached).With(begin.Id)
                .With(wish.Filter.Attribute?.Name).With(wish.Filter.Attribute?.Value);
            found.AddRange(await statement.ListAsync(
                row =>
                {
                    var user = AdministeredUser.Read(row);
                    return new FoundUser(user, new UserPlace(field, row.Text("found"), user.Id));
                },
                wish.Cancelled));
        }

        return found;
    }

    private Task<List<FoundUser>> ListByIdAsync(Func<string, SqlCall> call, Wish wish, UserPlace? after, bool isOfFew)
    {
        var (filter, reached) = (wish.Filter, wish.Reached);
        var statement = call((filter.Role, reached) switch
        {
            (null, null) => isOfFew ? ListOfOrganizationSql : ListSql,
            (null, not null) when !isOfFew => _listWithinSql,
            (null, not null) => filter.OrganizationId is null ? _listOfFewWithinSql : _listOfOrganizationWithinSql,
            (not null, null) => ListOfRoleSql,
            (not null, not null) => _listOfRoleWithinSql,
        });
        (string? upper, string? title) = filter.Search is { Length: > 0 } search ? UserBeginnings.PatternsOf(search) : (null, null);
        return WithFilter(statement.With(after?.Id ?? Guid.Empty).With(wish.Most), filter)
            .With(upper).With(title).With(reached).With(filter.Role).With(filter.Attribute?.Name).With(filter.Attribute?.Value)
            .ListAsync(
                static row =>
                {
                    var user = AdministeredUser.Read(row);
                    return new FoundUser(user, new UserPlace(0, "", user.Id));
                },
                wish.Cancelled);
    }

    private async Task<bool> IsOfFewAsync(Func<string, SqlCall> call, Wish wish)
    {
        if (wish.Filter.OrganizationId is null && wish.Reached is null)
            return false;
        var statement = wish.Filter.OrganizationId is { } organization
            ? call(MembersOfOrganizationSql).With(organization)
            : call(_membersWithinSql).With(wish.Reached);
        return await statement.With(FewMembers + 1).ListAsync(static row => row.Long("members"), wish.Cancelled) is [var members]
            && members <= FewMembers;
    }

    private static SqlCall WithFilter(SqlCall call, UserFilter filter) =>
        call.With(filter.OrganizationId).With(filter.Enabled is { } enabled ? enabled ? 1 : 0 : (int?)null);

    private static string GuestsSql(HubDatabase database) =>
        $"""
        FROM (SELECT DISTINCT m.user_id FROM memberships m WHERE m.organization_id {database.InListSql(7)}) k
            JOIN users u ON u.id = k.user_id
        WHERE (u.organization_id IS NULL OR NOT (u.organization_id {database.InListSql(7)}))
        """;

    private static string FieldSql(ByteOrder order, int number) =>
        $"{ColumnsSql}, {UserBeginnings.FieldOf(number)} AS found FROM users u WHERE {FieldConditionsSql(order, number)}";

    private static string FieldWithinSql(HubDatabase database, int number)
    {
        var (field, order) = (UserBeginnings.FieldOf(number), database.ByteOrder);
        return $"""
            SELECT * FROM ({ColumnsSql}, {field} AS found FROM users u
                WHERE u.organization_id {database.InListSql(7)} AND {FieldConditionsSql(order, number)}) home
            UNION ALL
            SELECT * FROM ({ColumnsSql}, {field} AS found {GuestsSql(database)} AND {FieldConditionsSql(order, number)}) guests
            ORDER BY found{order.Ascending}, id LIMIT $2
            """;
    }

    // The last condition is always true: with it PostgreSQL knows the type of the parameters that not every statement uses.
    private static string FieldConditionsSql(ByteOrder order, int number)
    {
        var field = UserBeginnings.FieldOf(number);
        return $"""
            {UserBeginnings.FirstSql(number)} AND {field} {order.GreaterOrEqual} $1 AND ({field} {order.Greater} $1 OR u.id > $8)
            AND {OnlySql} AND COALESCE($6, $7, '') IS NOT NULL
            ORDER BY {field}{order.Ascending}, u.id LIMIT $2
            """;
    }

    private sealed record Wish(UserFilter Filter, string? Reached, int Most, CancellationToken Cancelled);
}
