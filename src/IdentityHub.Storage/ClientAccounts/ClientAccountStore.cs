using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.ClientAccounts;

/// <summary>A client account as its application sees it.</summary>
/// <param name="CustomData">One JSON object as text; null for none.</param>
public sealed record StoredClientAccount(
    Guid UserId, string Email, string? PhoneNumber, string GivenName, string FamilyName, string? CustomData)
{
    public override string ToString() => $"{nameof(StoredClientAccount)} {{ UserId = {UserId} }}";
}

/// <summary>What a new account would share with another user.</summary>
public sealed record AccountConflicts(bool Id, bool Email, bool PhoneNumber)
{
    public bool Any => Id || Email || PhoneNumber;
}

/// <summary>A password that an account gets, and what ends by it.</summary>
/// <param name="KeptSessionId">The session that continues: the one in which it was changed.</param>
/// <param name="Reason">Why the others end.</param>
/// <param name="OnEnded">Done in the same transaction: the notices about their end.</param>
public sealed record NewAccountPassword(string Hash, Guid KeptSessionId, string Reason, SessionsEndedCallback OnEnded)
{
    public override string ToString() => $"{nameof(NewAccountPassword)} {{ KeptSessionId = {KeptSessionId} }}";
}

/// <summary>The result of a change.</summary>
public enum AccountChangeResult
{
    Changed,

    /// <summary>There is no such account.</summary>
    Gone,

    /// <summary>The caller found the outcome wanting.</summary>
    Refused,

    /// <summary>Its address or number belongs to another user.</summary>
    Taken,

    /// <summary>A value of an attribute belongs to another user.</summary>
    AttributeTaken,
}

/// <summary>A change and its outcome; only <see cref="AccountChangeResult.Changed"/> has changed anything.</summary>
/// <param name="Account">As it is now, or as it was to be.</param>
/// <param name="Ended">Sessions that ended by it.</param>
public sealed record ChangedAccount(AccountChangeResult Result, StoredClientAccount? Account, IReadOnlyList<EndedSession> Ended)
{
    /// <summary>Of <see cref="AccountChangeResult.AttributeTaken"/>: the attribute.</summary>
    public string? TakenAttribute { get; init; }
}

/// <summary>What came of making an account.</summary>
/// <param name="IsCreated">False: nothing was stored, because another user has its id, address, number or attribute.</param>
/// <param name="TakenAttribute">The attribute whose value another user has; null where it is something else.</param>
public sealed record CreatedAccount(bool IsCreated, string? TakenAttribute);

/// <summary>Accounts that customers' applications look after.</summary>
public sealed class ClientAccountStore(HubDatabase database)
{
    // A user name and an e-mail address both log in, so the user name of one user may not be the e-mail address of another. Each parameter
    // first appears next to a column that says which type it is. $1 id, $2 e-mail address, normalized, $3 phone number, $4 the id as a user
    // name, normalized, $5 the user whose own address and number are no conflict.
    private const string ConflictsSql =
        """
        SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 OR normalized_user_name = $4) AS has_id,
               EXISTS (SELECT 1 FROM users WHERE id <> $5 AND (normalized_email = $2 OR normalized_user_name = $2)) AS has_email,
               EXISTS (SELECT 1 FROM users WHERE id <> $5 AND phone_number = $3) AS has_phone_number
        """;

    // One statement decides who of several that race for an id, an address or a number gets it. ASSURANCE R9.
    private const string InsertUserSql =
        """
        INSERT INTO users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, password_hash, security_stamp,
                           concurrency_stamp, phone_number, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count,
                           given_name, family_name, hash_login_disabled, created_at, updated_at)
        SELECT $1, $2, $3, $4, $5, FALSE, $6, $7, $8, $9, FALSE, FALSE, TRUE, 0, $10, $11, FALSE, $12, $12
        WHERE NOT EXISTS (SELECT 1 FROM users WHERE normalized_user_name = $5)
        ON CONFLICT DO NOTHING
        """;

    private const string InsertAccountSql = "INSERT INTO client_accounts (user_id, custom_data, created_at) VALUES ($1, $2, $3)";

    private const string FindSql =
        """
        SELECT u.id, u.email, u.phone_number, u.given_name, u.family_name, a.custom_data
        FROM client_accounts a JOIN users u ON u.id = a.user_id
        WHERE a.user_id = $1 AND a.deleted_at IS NULL
        """;

    // What was confirmed stays so only while it is the same.
    private const string UpdateUserSql =
        """
        UPDATE users SET email = $1, email_confirmed = CASE WHEN normalized_email = $2 THEN email_confirmed ELSE FALSE END, normalized_email = $2,
                         phone_number = $3, phone_number_confirmed = CASE WHEN phone_number = $3 THEN phone_number_confirmed ELSE FALSE END,
                         given_name = $4, family_name = $5, password_hash = COALESCE($6, password_hash), security_stamp = COALESCE($7, security_stamp),
                         concurrency_stamp = $8, updated_at = $9
        WHERE id = $10 AND NOT EXISTS (SELECT 1 FROM users WHERE normalized_user_name = $2 AND id <> $10)
        """;

    private const string UpdateAccountSql = "UPDATE client_accounts SET custom_data = $1 WHERE user_id = $2";

    /// <summary>What an account with these would share with other users, tombstones included.</summary>
    /// <param name="isNew">False: it is there already, and what it has is its own.</param>
    public async Task<AccountConflicts> FindConflictsAsync(
        Guid userId, string email, string? phoneNumber, bool isNew, CancellationToken cancellationToken)
    {
        var found = await database.Call(ConflictsSql).With(userId).With(NameNormalizer.Normalize(email)).With(phoneNumber)
            .With(NameNormalizer.Normalize(userId.ToString())).With(isNew ? Guid.Empty : userId)
            .FirstOrNullAsync(
                static row => new AccountConflicts(row.Bool("has_id"), row.Bool("has_email"), row.Bool("has_phone_number")),
                cancellationToken);
        return found!;
    }

    /// <summary>Stores a new account.</summary>
    /// <param name="user">With everything that is to be stored but its normalized names.</param>
    /// <param name="customData">One JSON object as text; null for none.</param>
    /// <param name="attributes">Those that the configuration defines for users.</param>
    public async Task<CreatedAccount> TryCreateAsync(
        User user, string? customData, IReadOnlyList<AttributeChange> attributes, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        var inserted = await transaction.Call(InsertUserSql)
            .With(user.Id)
            .With(user.UserName)
            .With(NameNormalizer.Normalize(user.UserName!))
            .With(user.Email)
            .With(NameNormalizer.Normalize(user.Email!))
            .With(user.PasswordHash)
            .With(user.SecurityStamp)
            .With(user.ConcurrencyStamp)
            .With(user.PhoneNumber)
            .With(user.GivenName)
            .With(user.FamilyName)
            .With(user.CreatedAt).ExecuteAsync(cancellationToken);
        if (inserted != 1)
            return new(false, null);
        await transaction.Call(InsertAccountSql).With(user.Id).With(customData).With(user.CreatedAt).ExecuteAsync(cancellationToken);
        if (await UserAttributeStore.TryChangeAsync(transaction, user.Id, attributes, cancellationToken) is { } taken)
            return new(false, taken);
        await transaction.CommitAsync(cancellationToken);
        return new(true, null);
    }

    /// <summary>The account; null when there is none, or only its tombstone.</summary>
    public Task<StoredClientAccount?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(userId).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>Changes an account from its current state: no other caller, on any node, changes it meanwhile.</summary>
    /// <param name="change">The account as it is to be; null refuses the change.</param>
    /// <param name="attributes">What becomes of attributes that the configuration defines for users.</param>
    /// <param name="password">Null: the password stays.</param>
    public Task<ChangedAccount> ChangeAsync(
        Guid userId, Func<StoredClientAccount, StoredClientAccount?> change, IReadOnlyList<AttributeChange> attributes,
        NewAccountPassword? password, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.RunAsync(
            userId, transaction => ChangeAsync(transaction, userId, change, attributes, password, now, cancellationToken),
            cancellationToken);

    private async Task<ChangedAccount> ChangeAsync(
        SqlTransaction transaction, Guid userId, Func<StoredClientAccount, StoredClientAccount?> change,
        IReadOnlyList<AttributeChange> attributes, NewAccountPassword? password, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        if (await transaction.Call(FindSql + database.LockRowsSql).With(userId).FirstOrNullAsync(Read, cancellationToken) is not { } stored)
            return new ChangedAccount(AccountChangeResult.Gone, null, []);
        if (change(stored) is not { } wanted)
            return new ChangedAccount(AccountChangeResult.Refused, stored, []);
        if (!await TryUpdateUserAsync(transaction, wanted, password?.Hash, now, cancellationToken))
            return new ChangedAccount(AccountChangeResult.Taken, wanted, []);
        if (await UserAttributeStore.TryChangeAsync(transaction, userId, attributes, cancellationToken) is { } taken)
            return new ChangedAccount(AccountChangeResult.AttributeTaken, wanted, []) { TakenAttribute = taken };
        await transaction.Call(UpdateAccountSql).With(wanted.CustomData).With(userId).ExecuteAsync(cancellationToken);
        if (wanted.Email != stored.Email || wanted.PhoneNumber != stored.PhoneNumber)
            await PasswordResetStore.EndAsync(transaction, userId, now, cancellationToken);

        IReadOnlyList<EndedSession> ended = [];
        if (password is not null)
        {
            ended = await SessionStore.EndAllOfUserAsync(
                transaction, userId, password.KeptSessionId, password.Reason, now, cancellationToken);
            if (ended.Count > 0)
                await password.OnEnded(transaction, ended, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new ChangedAccount(AccountChangeResult.Changed, wanted, ended);
    }

    private async Task<bool> TryUpdateUserAsync(
        SqlTransaction transaction, StoredClientAccount account, string? passwordHash, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        try
        {
            // A new password has a new stamp: a login that the old one is just being checked for starts no session.
            return await transaction.Call(UpdateUserSql)
                .With(account.Email)
                .With(NameNormalizer.Normalize(account.Email))
                .With(account.PhoneNumber)
                .With(account.GivenName)
                .With(account.FamilyName)
                .With(passwordHash)
                .With(passwordHash is null ? null : Guid.NewGuid().ToString("N"))
                .With(Guid.NewGuid().ToString())
                .With(now)
                .With(account.UserId)
                .ExecuteAsync(cancellationToken) == 1;
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return false;
        }
    }

    private static StoredClientAccount Read(Sql.Row row) => new(
        row.Guid("id"),
        row.TextOrNull("email") ?? "",
        row.TextOrNull("phone_number"),
        row.TextOrNull("given_name") ?? "",
        row.TextOrNull("family_name") ?? "",
        row.TextOrNull("custom_data"));
}
