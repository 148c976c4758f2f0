using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>The authenticator app of a user, as it is checked.</summary>
public sealed record StoredTotp(Guid UserId, byte[] WrappedSecret, long LastStep, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    public override string ToString() => $"{nameof(StoredTotp)} {{ UserId = {UserId} }}";
}

/// <summary>Authenticator apps: one a user; each time step is accepted once, over all nodes.</summary>
public sealed class TotpStore(HubDatabase database)
{
    private const string FindSql =
        "SELECT user_id, wrapped_secret, last_step, created_at, last_used_at FROM totp_authenticators WHERE user_id = $1";

    // The secret that was read is named, so that a code of a secret that was just replaced uses nothing up.
    private const string UseSql =
        """
        UPDATE totp_authenticators SET last_step = $1, last_used_at = $2
        WHERE user_id = $3 AND wrapped_secret = $4 AND last_step < $1
        """;

    // Of two that enrol at once the later one counts.
    private const string PutSql =
        """
        INSERT INTO totp_authenticators (user_id, wrapped_secret, last_step, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id) DO UPDATE SET wrapped_secret = excluded.wrapped_secret, last_step = excluded.last_step,
            created_at = excluded.created_at, last_used_at = NULL
        """;

    private const string HadFactorSql = "SELECT two_factor_enabled FROM users WHERE id = $1";

    private const string SetFirstSql =
        """
        UPDATE users SET two_factor_enabled = TRUE
        WHERE id = $1 AND two_factor_enabled = FALSE AND disabled_at IS NULL AND COALESCE(security_stamp, '') = $2
          AND NOT EXISTS (SELECT 1 FROM user_passkeys WHERE user_passkeys.user_id = $1)
        """;

    private const string RemoveSql = "DELETE FROM totp_authenticators WHERE user_id = $1";

    /// <summary>The user's; null when they have none.</summary>
    public Task<StoredTotp?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        FindAsync(database.Call, userId, cancellationToken);

    /// <summary>The same from the database or inside a transaction.</summary>
    public static Task<StoredTotp?> FindAsync(Func<string, Sql.SqlCall> call, Guid userId, CancellationToken cancellationToken) =>
        call(FindSql).With(userId).FirstOrNullAsync(
            static row => new StoredTotp(
                row.Guid("user_id"), row.Bytes("wrapped_secret"), row.Long("last_step"), row.Time("created_at"),
                row.TimeOrNull("last_used_at")),
            cancellationToken);

    /// <summary>Uses a time step up, whose code was right.</summary>
    /// <param name="totp">What the code was compared with.</param>
    /// <returns>False when a code of this step, or of a later one, was accepted before: nothing was changed.</returns>
    public async Task<bool> TryUseAsync(StoredTotp totp, long step, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(UseSql).With(step).With(now).With(totp.UserId).With(totp.WrappedSecret).ExecuteAsync(cancellationToken) == 1;

    /// <summary>
    /// Stores an authenticator app whose first code was right, in place of the one before it. Where it is the user's first second factor,
    /// recovery codes are stored with it.
    /// </summary>
    /// <param name="sessionId">The session in which the user enrols.</param>
    /// <param name="step">That of the first code.</param>
    /// <param name="codes">Hashes of the recovery codes of a user who has had no second factor.</param>
    /// <returns>
    /// True: the recovery codes are stored. False: the user has had a second factor, and keeps theirs. Null: the session has ended, or is
    /// not the user's own, and nothing was changed.
    /// </returns>
    public Task<bool?> TryEnrolAsync(
        Guid userId, Guid sessionId, byte[] wrappedSecret, long step, IReadOnlyList<byte[]> codes, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        database.RunAsync<bool?>(
            userId,
            async transaction =>
            {
                if (!await SessionStore.TryHoldOwnAsync(transaction, userId, sessionId, cancellationToken))
                    return null;
                var hadFactor = await transaction.Call(HadFactorSql).With(userId).ListAsync(
                    static row => row.Bool("two_factor_enabled"), cancellationToken) is [true];
                await SecondFactorFlag.SetAsync(transaction, userId, cancellationToken);
                await transaction.Call(PutSql).With(userId).With(wrappedSecret).With(step).With(now).ExecuteAsync(cancellationToken);
                if (!hadFactor)
                    await RecoveryCodeStore.ReplaceAsync(transaction, userId, codes, now, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return !hadFactor;
            },
            cancellationToken);

    /// <summary>
    /// Stores the first second factor of a user whose login waits for it: an authenticator app whose first code was right, and the recovery
    /// codes.
    /// </summary>
    /// <param name="securityStamp">The user's, as it was when the first factor was checked.</param>
    /// <returns>
    /// False when the user has a second factor or a passkey by now, or their credentials have changed: nothing was changed.
    /// </returns>
    public Task<bool> TryEnrolFirstAsync(
        Guid userId, string securityStamp, byte[] wrappedSecret, long step, IReadOnlyList<byte[]> codes, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (await transaction.Call(SetFirstSql).With(userId).With(securityStamp).ExecuteAsync(cancellationToken) != 1)
                    return false;
                await transaction.Call(PutSql).With(userId).With(wrappedSecret).With(step).With(now).ExecuteAsync(cancellationToken);
                await RecoveryCodeStore.ReplaceAsync(transaction, userId, codes, now, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>Removes the user's authenticator app, and the recovery codes where no other second factor is left.</summary>
    /// <param name="sessionId">The session in which the user asks for it.</param>
    /// <returns>False when there was none, or the session has ended: nothing was changed.</returns>
    public Task<bool> RemoveAsync(Guid userId, Guid sessionId, CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (!await SessionStore.TryHoldOwnAsync(transaction, userId, sessionId, cancellationToken)
                    || !await RemoveAsync(transaction, userId, cancellationToken))
                    return false;
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>The same inside a transaction that holds the row of the user.</summary>
    /// <returns>False when there was none.</returns>
    public static async Task<bool> RemoveAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken)
    {
        if (await transaction.Call(RemoveSql).With(userId).ExecuteAsync(cancellationToken) != 1)
            return false;
        await SecondFactorFlag.RecountAsync(transaction, userId, cancellationToken);
        return true;
    }
}
