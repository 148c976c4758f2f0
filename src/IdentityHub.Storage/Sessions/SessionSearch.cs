using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Sessions;

/// <summary>Which live logins are wanted: all that meet every condition that is not null.</summary>
public sealed record SessionFilter
{
    /// <summary>The client that the user logged in at, or that has got something in the session.</summary>
    public string? ClientId { get; init; }

    /// <summary>Who has logged in.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Home organization of who has logged in.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>The first time of the login.</summary>
    public DateTimeOffset? From { get; init; }
}

/// <summary>A live login with its user.</summary>
/// <param name="ActsAs">User name of the user whom they act as; null for themselves.</param>
public sealed record FoundSession(ListedSession Session, Guid UserId, string UserName, string? OrganizationId, string? ActsAs)
{
    /// <summary>Shows the id only.</summary>
    public override string ToString() => $"{nameof(FoundSession)} {{ {Session.Id} }}";
}

/// <summary>Finds live logins for administrators, the latest first: in the order of their ids, which begin with the time.</summary>
public sealed class SessionSearch(HubDatabase database)
{
    private const string ColumnsSql =
        """
        SELECT s.id, s.endpoint, s.client_id, s.handle_hash IS NOT NULL AS is_browser, s.created_at, s.last_seen_at, s.ip_address, s.user_agent,
            s.user_id, u.user_name, u.organization_id, a.user_name AS acts_as
        FROM sessions s JOIN users u ON u.id = s.user_id
        LEFT JOIN users a ON a.id = s.effective_user_id AND s.effective_user_id <> s.user_id

        """;

    private const string ConditionsSql =
        """
        WHERE s.id < $1 AND s.id >= $2
        AND s.ended_at IS NULL AND s.expires_at > $3 AND (s.handle_hash IS NULL OR s.handle_expires_at > $3)
        AND (s.client_id = $4 OR EXISTS (SELECT 1 FROM session_clients c WHERE c.session_id = s.id AND c.client_id = $4) OR $4 IS NULL)
        AND (u.organization_id = $5 OR $5 IS NULL)

        """;

    private const string OrderSql = "ORDER BY s.id DESC LIMIT $6";

    private const string ListSql = ColumnsSql + ConditionsSql + OrderSql;

    private const string ListOfUserSql = ColumnsSql + ConditionsSql + "AND s.user_id = $7 " + OrderSql;

    private const string FindSql =
        ColumnsSql
            + "WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND (s.handle_hash IS NULL OR s.handle_expires_at > $2)";

    private static readonly string ReachSql = OrganizationTree.Reach(user: 1, pattern: 2) + "SELECT id FROM reach";

    private readonly string _listWithinSql = $"{ColumnsSql}{ConditionsSql}AND u.organization_id {database.InListSql(7)} {OrderSql}";

    /// <summary>A page of live logins.</summary>
    /// <param name="reach">
    /// Only those of users whose home is an organization in which this user holds the permission; null for all. Where one user is asked
    /// for, the caller looks at that user.
    /// </param>
    /// <param name="before">Only those with an id before this one; null for all.</param>
    /// <param name="most">No more than these.</param>
    public async Task<List<FoundSession>> ListAsync(
        SessionFilter filter, (Guid UserId, string Permission)? reach, Guid? before, int most, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (filter.UserId is { } user)
            return await WithFilter(database.Call(ListOfUserSql)).With(user).ListAsync(Read, cancellationToken);
        if (reach is not { } within)
            return await WithFilter(database.Call(ListSql)).ListAsync(Read, cancellationToken);

        // Ids of organizations hold no blanks.
        var organizations = await database.Call(ReachSql).With(within.UserId).With(OrganizationTree.PatternOf(within.Permission))
            .ListAsync(static row => row.Text(), cancellationToken);
        return await WithFilter(database.Call(_listWithinSql)).With(string.Join(' ', organizations)).ListAsync(Read, cancellationToken);

        SqlCall WithFilter(SqlCall call) => call
            .With(before ?? Guid.AllBitsSet)
            .With(filter.From is { } from ? FirstIdOf(from) : Guid.Empty)
            .With(now)
            .With(filter.ClientId)
            .With(filter.OrganizationId)
            .With(most);
    }

    /// <summary>A live login; null where there is none of this id.</summary>
    /// <param name="call">Of the database, or of a transaction.</param>
    public static Task<FoundSession?> FindAsync(
        Func<string, SqlCall> call, Guid sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        call(FindSql).With(sessionId).With(now).FirstOrNullAsync(Read, cancellationToken);

    // Version 7, RFC 9562 §5.7: the time in milliseconds is in front.
    private static Guid FirstIdOf(DateTimeOffset time)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(id, time.ToUnixTimeMilliseconds() << 16);
        return new Guid(id, bigEndian: true);
    }

    private static FoundSession Read(Row row) => new(
        new ListedSession(
            row.Guid("id"), row.Text("endpoint"), row.TextOrNull("client_id"), row.Bool("is_browser"), row.Time("created_at"),
            row.Time("last_seen_at"), row.TextOrNull("ip_address"), row.TextOrNull("user_agent")),
        row.Guid("user_id"), row.Text("user_name"), row.TextOrNull("organization_id"), row.TextOrNull("acts_as"));
}
