using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Referrals;

/// <summary>A tenant's user as the tenant sees them.</summary>
/// <param name="UserId">The user of the hub.</param>
/// <param name="Id">The tenant's own name for the user within the account.</param>
/// <param name="IsReferred">True: the user was referred already and cannot be referred again.</param>
public sealed record StoredTenantUser(
    Guid UserId,
    string AccountId,
    string Id,
    string Email,
    string FirstName,
    string? LastName,
    string? Locale,
    string ReferralCode,
    string? ImageUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset CodeCreatedAt,
    bool IsReferred)
{
    public override string ToString() => $"{nameof(StoredTenantUser)} {{ UserId = {UserId} }}";
}

/// <summary>A user that a tenant makes.</summary>
/// <param name="UserId">Fresh: of the user of the hub that comes with it.</param>
/// <param name="ReferralCode">Upper case.</param>
public sealed record NewTenantUser(
    Guid UserId, string Tenant, string AccountId, string Id, string Email, string FirstName, string? LastName, string? Locale,
    string ReferralCode, string? ImageUrl)
{
    public override string ToString() => $"{nameof(NewTenantUser)} {{ UserId = {UserId} }}";
}

/// <summary>The result of writing a user.</summary>
public enum TenantUserResult
{
    /// <summary>Made, or changed.</summary>
    Written,

    /// <summary>The account has a user of that id already.</summary>
    Exists,

    /// <summary>Another user of the tenant has the referral code.</summary>
    CodeTaken,

    /// <summary>There is no such user.</summary>
    Unknown,
}

/// <summary>Tenants' users, each with its user of the hub.</summary>
public sealed class TenantUserStore(HubDatabase database)
{
    private const string InsertUserSql =
        """
        INSERT INTO users (id, user_name, normalized_user_name, email_confirmed, security_stamp, concurrency_stamp, phone_number_confirmed, two_factor_enabled,
                           lockout_enabled, access_failed_count, given_name, family_name, locale, hash_login_disabled, created_at, updated_at)
        VALUES ($1, $2, $3, FALSE, $4, $5, FALSE, FALSE, TRUE, 0, $6, $7, $8, FALSE, $9, $9)
        """;

    // The row count decides who of several that race for a name or a code gets it.
    private const string InsertSql =
        """
        INSERT INTO tenant_users (user_id, tenant, account_id, external_id, email, image_url, referral_code, code_created_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        ON CONFLICT DO NOTHING
        """;

    private const string ByNameSql = "t.tenant = $1 AND t.account_id = $2 AND t.external_id = $3";

    private const string FindIdSql = "SELECT user_id FROM tenant_users t WHERE " + ByNameSql;

    private const string UpdateUserSql =
        "UPDATE users SET given_name = $1, family_name = $2, locale = $3, updated_at = $4, concurrency_stamp = $5 WHERE id = $6";

    private const string UpdateSql =
        """
        UPDATE tenant_users SET email = $1, image_url = $2, referral_code = $3, code_created_at = CASE WHEN referral_code = $3 THEN code_created_at ELSE $4 END
        WHERE user_id = $5
        """;

    private const string FindCredentialSql =
        $"""
        SELECT {StoredCredential.Columns}
        FROM tenant_users t JOIN users u ON u.id = t.user_id LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE {ByNameSql}
        """;

    private static readonly TenantUserColumns Columns = new("t", "u", prefix: "");

    private static readonly string FindSql = $"SELECT {Columns.Sql} FROM tenant_users t JOIN users u ON u.id = t.user_id WHERE ";

    private static readonly string FindByNameSql = FindSql + ByNameSql;

    private static readonly string FindByCodeSql = FindSql + "t.tenant = $1 AND t.referral_code = $2";

    /// <summary>The user of this name; null when the tenant has none.</summary>
    public Task<StoredTenantUser?> FindAsync(string tenant, string accountId, string id, CancellationToken cancellationToken) =>
        database.Call(FindByNameSql).With(tenant).With(accountId).With(id).FirstOrNullAsync(Columns.Read, cancellationToken);

    /// <summary>The user whose referral code this is; null when it is no user's.</summary>
    /// <param name="code">Upper case.</param>
    public Task<StoredTenantUser?> FindByCodeAsync(string tenant, string code, CancellationToken cancellationToken) =>
        database.Call(FindByCodeSql).With(tenant).With(code).FirstOrNullAsync(Columns.Read, cancellationToken);

    /// <summary>The same user as a login reads them; null when the tenant has none of this name.</summary>
    public Task<StoredCredential?> FindCredentialAsync(string tenant, string accountId, string id, CancellationToken cancellationToken) =>
        database.Call(FindCredentialSql).With(tenant).With(accountId).With(id).FirstOrNullAsync(StoredCredential.Read, cancellationToken);

    /// <summary>Makes a tenant's user together with the user of the hub: both or neither.</summary>
    public async Task<TenantUserResult> TryCreateAsync(NewTenantUser user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await TryInsertAsync(user, now, cancellationToken))
            return TenantUserResult.Written;
        return await FindAsync(user.Tenant, user.AccountId, user.Id, cancellationToken) is null
            ? TenantUserResult.CodeTaken
            : TenantUserResult.Exists;
    }

    /// <summary>Changes a user from their current state: no other caller, on any node, changes them meanwhile.</summary>
    public async Task<TenantUserResult> ChangeAsync(
        string tenant, string accountId, string id, Func<StoredTenantUser, StoredTenantUser> change, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (await database.Call(FindIdSql).With(tenant).With(accountId).With(id).ListAsync(static row => row.Guid(), cancellationToken)
            is not [var userId])
            return TenantUserResult.Unknown;
        return await database.RunAsync(
            userId, transaction => ChangeAsync(transaction, userId, tenant, accountId, id, change, now, cancellationToken),
            cancellationToken);
    }

    private async Task<TenantUserResult> ChangeAsync(
        SqlTransaction transaction, Guid userId, string tenant, string accountId, string id,
        Func<StoredTenantUser, StoredTenantUser> change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The row of the user is the lock, as for every other change of theirs. An erasure that has come first leaves nothing to change.
        await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        if (await transaction
                .Call(FindByNameSql)
                .With(tenant)
                .With(accountId)
                .With(id)
                .FirstOrNullAsync(Columns.Read, cancellationToken)
            is not { } stored || stored.UserId != userId)
            return TenantUserResult.Unknown;
        var wanted = change(stored);
        await transaction.Call(UpdateUserSql)
            .With(wanted.FirstName)
            .With(wanted.LastName)
            .With(wanted.Locale)
            .With(now)
            .With(Guid.NewGuid().ToString())
            .With(wanted.UserId)
            .ExecuteAsync(cancellationToken);
        try
        {
            await transaction
                .Call(UpdateSql)
                .With(wanted.Email)
                .With(wanted.ImageUrl)
                .With(wanted.ReferralCode)
                .With(now)
                .With(wanted.UserId)
                .ExecuteAsync(cancellationToken);
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return TenantUserResult.CodeTaken;
        }

        await transaction.CommitAsync(cancellationToken);
        return TenantUserResult.Written;
    }

    private async Task<bool> TryInsertAsync(NewTenantUser user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The user name is the id, as with every user who logs in by something else.
        var name = user.UserId.ToString();
        await using var transaction = await database.BeginAsync(cancellationToken);
        await transaction.Call(InsertUserSql)
            .With(user.UserId)
            .With(name)
            .With(NameNormalizer.Normalize(name))
            .With(Guid.NewGuid().ToString("N"))
            .With(Guid.NewGuid().ToString())
            .With(user.FirstName).With(user.LastName).With(user.Locale).With(now).ExecuteAsync(cancellationToken);
        var inserted = await transaction.Call(InsertSql)
            .With(user.UserId)
            .With(user.Tenant)
            .With(user.AccountId)
            .With(user.Id)
            .With(user.Email)
            .With(user.ImageUrl)
            .With(user.ReferralCode)
            .With(now)
            .ExecuteAsync(cancellationToken);
        if (inserted != 1)
            return false;
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
