using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.PasswordResets;

/// <summary>The user that a reset message goes to.</summary>
public sealed record ResetRecipient(
    Guid UserId, string UserName, string? Email, string? PhoneNumber, string SecurityStamp, AccountStatus Status)
{
    /// <summary>True when the e-mail address was proven.</summary>
    public bool EmailConfirmed { get; init; }

    /// <summary>True when the phone number was proven.</summary>
    public bool PhoneNumberConfirmed { get; init; }

    /// <summary>
    /// True when the message is a text message: the user has no e-mail address, or has proven the phone number and not the address.
    /// </summary>
    public bool PrefersPhone => PhoneNumber is not null && (Email is null || (PhoneNumberConfirmed && !EmailConfirmed));

    /// <summary>Where the message goes; null when the user has neither address.</summary>
    public string? Address => PrefersPhone ? PhoneNumber : Email;

    public override string ToString() => $"{nameof(ResetRecipient)} {{ UserId = {UserId} }}";
}

/// <summary>The token of a reset mail with all that decides whether it is valid.</summary>
/// <param name="SecurityStamp">The user's, when it was made.</param>
public sealed record StoredReset(
    Guid UserId, DateTimeOffset? UsedAt, DateTimeOffset? SupersededAt, DateTimeOffset ExpiresAt, string SecurityStamp)
{
    /// <summary>The stable reason why it does not set this user's password; null when it does.</summary>
    /// <param name="securityStamp">The user's, as it is.</param>
    public string? Refusal(Guid userId, string securityStamp, DateTimeOffset now) => this switch
    {
        _ when UserId != userId => Reasons.ResetTokenForeign,
        { UsedAt: not null } => Reasons.ResetTokenUsed,
        { SupersededAt: not null } => Reasons.ResetTokenSuperseded,
        _ when ExpiresAt <= now => Reasons.ResetTokenExpired,
        _ => SecurityStamp != securityStamp ? Reasons.ResetTokenOutlived : null,
    };

    public override string ToString() => $"{nameof(StoredReset)} {{ UserId = {UserId} }}";
}

/// <summary>What is done in the transaction that makes a token or uses it up: the message about it.</summary>
public delegate Task PasswordResetCallback(SqlTransaction transaction, CancellationToken cancellationToken);

/// <summary>Tokens of reset mails: one a user, good once.</summary>
public sealed class PasswordResetStore(HubDatabase database)
{
    private const string RecipientSql =
        $"""
        SELECT u.id, u.user_name, u.email, u.email_confirmed, u.phone_number, u.phone_number_confirmed,
               COALESCE(u.security_stamp, '') AS security_stamp, {AccountStatus.Columns}
        FROM users u LEFT JOIN organizations o ON o.id = u.organization_id

        """;

    private const string FindRecipientSql = RecipientSql + "WHERE u.id = $1 AND u.normalized_email = $2";

    private const string FindRecipientByIdSql = RecipientSql + "WHERE u.id = $1";

    private const string IsEmailOfSql = "SELECT id FROM users WHERE id = $1 AND email = $2";

    private const string IsPhoneNumberOfSql = "SELECT id FROM users WHERE id = $1 AND phone_number = $2";

    private const string SupersedeSql =
        "UPDATE password_resets SET superseded_at = $1 WHERE user_id = $2 AND used_at IS NULL AND superseded_at IS NULL AND "
            + "expires_at > $1";

    private const string InsertSql =
        "INSERT INTO password_resets (token_hash, user_id, security_stamp, created_at, expires_at, is_by_phone) "
            + "VALUES ($1, $2, $3, $4, $5, $6)";

    // The affected row decides. The token ends with the credentials that it was made for. The user's row is locked first, as in every
    // transaction.
    private readonly string _redeemSql =
        $"""
        WITH held AS (SELECT id FROM users WHERE id = $3{database.LockRowsSql})
        UPDATE password_resets SET used_at = $1
        WHERE token_hash = $2 AND user_id IN (SELECT id FROM held) AND used_at IS NULL AND superseded_at IS NULL AND expires_at > $1 AND security_stamp = $4
        RETURNING is_by_phone
        """;

    private const string FindSql =
        "SELECT user_id, used_at, superseded_at, expires_at, security_stamp FROM password_resets WHERE token_hash = $1";

    /// <summary>The user with this id, if the e-mail address is theirs.</summary>
    public Task<ResetRecipient?> FindRecipientAsync(Guid userId, string email, CancellationToken cancellationToken) =>
        database.Call(FindRecipientSql).With(userId).With(NameNormalizer.Normalize(email)).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>The user with this id; null when there is none.</summary>
    public Task<ResetRecipient?> FindRecipientAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(FindRecipientByIdSql).With(userId).FirstOrNullAsync(Read, cancellationToken);

    private static ResetRecipient Read(Sql.Row row) => new(
        row.Guid("id"),
        row.Text("user_name"),
        row.TextOrNull("email"),
        row.TextOrNull("phone_number"),
        row.Text("security_stamp"),
        AccountStatus.Read(row))
    {
        EmailConfirmed = row.Bool("email_confirmed"),
        PhoneNumberConfirmed = row.Bool("phone_number_confirmed"),
    };

    /// <summary>
    /// Ends the tokens of a user inside a transaction that does more: a token that was sent to an address that the user has lost is void.
    /// </summary>
    public static Task EndAsync(SqlTransaction transaction, Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Call(SupersedeSql).With(now).With(userId).ExecuteAsync(cancellationToken);

    /// <summary>Stores a token in place of those before it, together with its message.</summary>
    /// <param name="address">Where the message goes: a phone number where <see cref="PasswordReset.IsByPhone"/> says so.</param>
    /// <returns>False when that is not the user's address any more: nothing was stored.</returns>
    public Task<bool> TryIssueAsync(
        PasswordReset reset, string? address, PasswordResetCallback onIssued, CancellationToken cancellationToken) =>
        database.RunAsync(
            async transaction =>
            {
                if (!await TryIssueAsync(transaction, reset, address, onIssued, cancellationToken))
                    return false;
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>The same inside a transaction that does more.</summary>
    public static async Task<bool> TryIssueAsync(
        SqlTransaction transaction, PasswordReset reset, string? address, PasswordResetCallback onIssued,
        CancellationToken cancellationToken)
    {
        // The token proves the address that it is sent to: while the user's row is held, the address cannot be replaced.
        await SessionStore.HoldUserAsync(transaction, reset.UserId, cancellationToken);
        var owner = transaction.Call(reset.IsByPhone ? IsPhoneNumberOfSql : IsEmailOfSql).With(reset.UserId).With(address);
        if (await owner.ListAsync(static row => row.Guid(), cancellationToken) is not [_])
            return false;
        await EndAsync(transaction, reset.UserId, reset.CreatedAt, cancellationToken);
        await transaction.Call(InsertSql)
            .With(reset.TokenHash)
            .With(reset.UserId)
            .With(reset.SecurityStamp)
            .With(reset.CreatedAt)
            .With(reset.ExpiresAt)
            .With(reset.IsByPhone)
            .ExecuteAsync(cancellationToken);
        await onIssued(transaction, cancellationToken);
        return true;
    }

    /// <summary>The token with this hash, good or not; null when there is none.</summary>
    public Task<StoredReset?> FindAsync(byte[] tokenHash, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(tokenHash).FirstOrNullAsync(
            static row => new StoredReset(
                row.Guid("user_id"), row.TimeOrNull("used_at"), row.TimeOrNull("superseded_at"), row.Time("expires_at"),
                row.Text("security_stamp")),
            cancellationToken);

    /// <summary>
    /// Uses a token up: another password and security stamp, the end of all sessions and refresh tokens of the user; all or nothing.
    /// </summary>
    /// <param name="securityStamp">The user's, as it was when the token was looked at.</param>
    /// <param name="onReset">Done in the same transaction, once.</param>
    /// <param name="onEnded">Done in the same transaction for sessions that end.</param>
    /// <returns>What was ended; null when the token is not valid any more: nothing was changed.</returns>
    public Task<IReadOnlyList<EndedSession>?> TryRedeemAsync(
        byte[] tokenHash, Guid userId, string securityStamp, string passwordHash, string reason, DateTimeOffset now,
        PasswordResetCallback onReset, SessionsEndedCallback onEnded, CancellationToken cancellationToken) =>
        database.RunAsync(
            transaction => TryRedeemAsync(
                transaction, tokenHash, userId, securityStamp, passwordHash, reason, now, onReset, onEnded, cancellationToken),
            cancellationToken);

    private async Task<IReadOnlyList<EndedSession>?> TryRedeemAsync(
        SqlTransaction transaction, byte[] tokenHash, Guid userId, string securityStamp, string passwordHash, string reason,
        DateTimeOffset now, PasswordResetCallback onReset, SessionsEndedCallback onEnded, CancellationToken cancellationToken)
    {
        var redeem = transaction.Call(_redeemSql).With(now).With(tokenHash).With(userId).With(securityStamp);
        if (await redeem.ListAsync(static row => row.Bool("is_by_phone"), cancellationToken) is not [var isByPhone])
            return null;

        // The message has reached the address, which proves it. ASSURANCE L5.
        var proven = await FirstProof.TryConfirmAsync(
            transaction, userId, isByPhone ? null : "", isByPhone ? "" : null, now, onEnded, cancellationToken);
        var ended = await CredentialStore.TrySetPasswordAsync(
            transaction, userId, proven?.SecurityStamp ?? securityStamp, passwordHash, kept: null, reason, now, cancellationToken);
        if (ended is null)
            return null;
        await onEnded(transaction, ended, cancellationToken);
        await onReset(transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return proven is null ? ended : [.. proven.Ended, .. ended];
    }
}
