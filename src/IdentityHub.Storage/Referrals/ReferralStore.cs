using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Referrals;

/// <summary>A referral with both of its users.</summary>
public sealed record StoredReferral(
    Guid Id, StoredTenantUser Referrer, StoredTenantUser Referred, string CodeUsed, DateTimeOffset CreatedAt)
{
    public override string ToString() => $"{nameof(StoredReferral)} {{ Id = {Id} }}";
}

/// <summary>One page of referrals.</summary>
/// <param name="Total">How many there are on all pages.</param>
public sealed record ReferralPage(IReadOnlyList<StoredReferral> Referrals, long Total);

/// <summary>The result of giving a referral code.</summary>
public enum ReferralResult
{
    /// <summary>The user was referred by the owner of the code, now or before.</summary>
    Stands,

    /// <summary>Another user referred the user before.</summary>
    ReferredByAnother,

    /// <summary>The owner of the code was referred by the user, directly or through others.</summary>
    Cycle,
}

/// <summary>Which user referred which.</summary>
public sealed class ReferralStore(HubDatabase database)
{
    // Kinds of lists: a sum of these.
    private const int OfAccount = 1;
    private const int OfUser = 2;

    private const string ReferrerSql = "SELECT referrer_id FROM referrals WHERE referred_id = $1";

    // All users above the owner of the code: their referrer, the referrer's referrer, and so on.
    private const string IsAboveSql =
        """
        WITH RECURSIVE above (id) AS (
            SELECT referrer_id FROM referrals WHERE referred_id = $1
            UNION
            SELECT r.referrer_id FROM referrals r JOIN above ON r.referred_id = above.id
        )
        SELECT id FROM above WHERE id = $2
        """;

    private const string InsertSql =
        """
        INSERT INTO referrals (id, tenant, referrer_id, referred_id, code_used, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (referred_id) DO NOTHING
        """;

    private static readonly TenantUserColumns Referrer = new("a", "ua", prefix: "referrer_");

    private static readonly TenantUserColumns Referred = new("b", "ub", prefix: "referred_");

    private static readonly string SelectSql =
        $"""
        SELECT r.id, r.code_used, r.created_at, {Referrer.Sql}, {Referred.Sql}
        FROM referrals r JOIN tenant_users a ON a.user_id = r.referrer_id JOIN users ua ON ua.id = r.referrer_id
             JOIN tenant_users b ON b.user_id = r.referred_id JOIN users ub ON ub.id = r.referred_id
        """;

    // One statement for each kind of list: of one for all of them PostgreSQL would make a plan that reads all referrals of the tenant.
    private static readonly string[] CountSql =
        [.. Enumerable.Range(0, 4).Select(kind =>
            "SELECT COUNT(*) FROM referrals r JOIN tenant_users a ON a.user_id = r.referrer_id" + WhereSql(kind))];

    private static readonly string[] ListSql =
        [.. Enumerable.Range(0, 4).Select(kind =>
            SelectSql + WhereSql(kind) + " ORDER BY r.created_at DESC, r.id DESC"
                + $" LIMIT ${Conditions(kind) + 1} OFFSET ${Conditions(kind) + 2}")];

    private static readonly string FindSql = SelectSql + " WHERE r.referred_id = $1";

    /// <summary>
    /// Records that the owner of a code referred a user, unless the user was referred already: the first referral is kept. Within a tenant,
    /// one runs after the other: two codes given at once could otherwise refer two users by each other.
    /// </summary>
    /// <param name="referrerId">The owner of the code; not the referred user.</param>
    public async Task<ReferralResult> ApplyAsync(
        Guid id, string tenant, Guid referrerId, Guid referredId, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync("referrals:" + tenant, cancellationToken);
        if (await transaction.Call(ReferrerSql).With(referredId).ListAsync(static row => row.Guid(), cancellationToken) is [var first])
            return first == referrerId ? ReferralResult.Stands : ReferralResult.ReferredByAnother;
        if (await transaction.Call(IsAboveSql).With(referrerId).With(referredId).ListAsync(static row => row.Guid(), cancellationToken)
            is not [])
            return ReferralResult.Cycle;
        var inserted = await transaction.Call(InsertSql)
            .With(id).With(tenant).With(referrerId).With(referredId).With(code).With(now).ExecuteAsync(cancellationToken);
        if (inserted != 1)
            return ReferralResult.ReferredByAnother;
        await transaction.CommitAsync(cancellationToken);
        return ReferralResult.Stands;
    }

    /// <summary>How this user was referred; null when they were not.</summary>
    public Task<StoredReferral?> FindAsync(Guid referredId, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(referredId).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>Referrals of a tenant, the newest first.</summary>
    /// <param name="referrerAccountId">Only those by users of this account; null for all.</param>
    /// <param name="referrerId">Only those by users of this id; null for all.</param>
    public async Task<ReferralPage> ListAsync(
        string tenant, string? referrerAccountId, string? referrerId, int limit, int offset, CancellationToken cancellationToken)
    {
        var kind = (referrerAccountId is null ? 0 : OfAccount) + (referrerId is null ? 0 : OfUser);
        var total = await Where(database.Call(CountSql[kind])).ListAsync(static row => row.Long(), cancellationToken);
        var referrals = await Where(database.Call(ListSql[kind])).With(limit).With(offset).ListAsync(Read, cancellationToken);
        return new ReferralPage(referrals, total[0]);

        SqlCall Where(SqlCall call)
        {
            call = call.With(tenant);
            if (referrerAccountId is not null)
                call = call.With(referrerAccountId);
            return referrerId is null ? call : call.With(referrerId);
        }
    }

    // $1 tenant; then the account and the id of the referrer, those that are asked for.
    private static string WhereSql(int kind) =>
        " WHERE r.tenant = $1 AND a.tenant = $1" + ((kind & OfAccount) == 0 ? "" : " AND a.account_id = $2")
            + ((kind & OfUser) == 0 ? "" : $" AND a.external_id = ${Conditions(kind)}");

    private static int Conditions(int kind) => 1 + int.PopCount(kind);

    private static StoredReferral Read(Row row) => new(
        row.Guid("id"), Referrer.Read(row), Referred.Read(row), row.Text("code_used"), row.Time("created_at"));
}
