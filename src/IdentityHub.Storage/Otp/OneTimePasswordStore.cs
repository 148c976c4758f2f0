using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Otp;

/// <summary>A code that may be evaluated this once.</summary>
public sealed record TriedOneTimePassword(Guid Id, byte[] CodeHash)
{
    public override string ToString() => $"{nameof(TriedOneTimePassword)} {{ Id = {Id} }}";
}

/// <summary>The result of a right code.</summary>
public enum OneTimePasswordUse
{
    /// <summary>It is used up, by this caller alone.</summary>
    Used,

    /// <summary>Another was faster, or it has expired or been replaced: nothing was changed.</summary>
    Lost,

    /// <summary>The new user's address or name has been taken meanwhile: nothing was changed.</summary>
    UserExists,
}

/// <summary>One-time passwords: one live code for an address at a client, a few tries, one use.</summary>
public sealed class OneTimePasswordStore(HubDatabase database)
{
    /// <summary>How often one code is evaluated; contracts/oauth-v2-and-otp.md.</summary>
    public const int MaxTries = 5;

    private const string PutSql =
        """
        INSERT INTO one_time_passwords (slot_hash, id, code_hash, created_at, expires_at, tries) VALUES ($1, $2, $3, $4, $5, 0)
        ON CONFLICT (slot_hash) DO UPDATE SET
            id = excluded.id, code_hash = excluded.code_hash, created_at = excluded.created_at, expires_at = excluded.expires_at, tries = 0, used_at = NULL
        """;

    private const string TrySql =
        """
        UPDATE one_time_passwords SET tries = tries + 1
        WHERE slot_hash = $1 AND used_at IS NULL AND expires_at > $2 AND tries < $3
        RETURNING id, code_hash
        """;

    private const string UntriedSql =
        "SELECT code_hash FROM one_time_passwords WHERE slot_hash = $1 AND used_at IS NULL AND expires_at > $2 AND tries = 0";

    private const string UsedSql =
        "SELECT used_at FROM one_time_passwords WHERE slot_hash = $1 AND used_at IS NOT NULL AND expires_at > $2";

    private const string UseSql =
        "UPDATE one_time_passwords SET used_at = $1 WHERE slot_hash = $2 AND id = $3 AND used_at IS NULL AND expires_at > $1";

    /// <summary>Stores a code in place of the one before it, inside the transaction that has it sent.</summary>
    public static Task PutAsync(SqlTransaction transaction, OneTimePassword password, CancellationToken cancellationToken) =>
        transaction.Call(PutSql)
            .With(password.SlotHash)
            .With(password.Id)
            .With(password.CodeHash)
            .With(password.CreatedAt)
            .With(password.ExpiresAt)
            .ExecuteAsync(cancellationToken);

    /// <summary>Counts a try, committed before it returns.</summary>
    /// <returns>What to compare with; null when there is no live code, or it has been tried <see cref="MaxTries"/> times.</returns>
    public Task<TriedOneTimePassword?> TryAsync(byte[] slotHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(TrySql).With(slotHash).With(now).With(MaxTries).FirstOrNullAsync(
            static row => new TriedOneTimePassword(row.Guid("id"), row.Bytes("code_hash")), cancellationToken);

    /// <summary>True while the live code has not been tried yet.</summary>
    public async Task<bool> IsUntriedAsync(byte[] slotHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(UntriedSql).With(slotHash).With(now).FirstOrNullAsync(static row => row.Bytes(), cancellationToken) is not null;

    /// <summary>When a code was used that would still be good otherwise; null where none was used.</summary>
    public async Task<DateTimeOffset?> FindUseAsync(byte[] slotHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        await database.Call(UsedSql).With(slotHash).With(now).ListAsync(static row => row.Time(), cancellationToken) is [var at]
            ? at
            : null;

    /// <summary>Uses up a code that was right, inside a transaction that does more; false when another was faster.</summary>
    /// <param name="id">The <see cref="TriedOneTimePassword.Id"/> that was compared with.</param>
    internal static async Task<bool> TryUseAsync(
        SqlTransaction transaction, byte[] slotHash, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.Call(UseSql).With(now).With(slotHash).With(id).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Removes the codes of several slots, inside a transaction.</summary>
    public static Task EraseAsync(SqlTransaction transaction, IReadOnlyList<byte[]> slotHashes, CancellationToken cancellationToken) =>
        transaction.DeleteAsync("one_time_passwords", "slot_hash", slotHashes, cancellationToken);

    /// <summary>
    /// Uses up a code that was right, and confirms the address of its user where that was not proven before: both or neither. ASSURANCE L5.
    /// </summary>
    /// <param name="id">The <see cref="TriedOneTimePassword.Id"/> that was compared with.</param>
    /// <param name="normalizedEmail">Where the code was sent; null for a phone number.</param>
    /// <param name="phoneNumber">Where the code was sent; null for an e-mail address.</param>
    /// <param name="onEnded">Done in the same transaction where sessions end: the notices about it.</param>
    /// <returns>The result of the code, and what the proof has changed; null where the address was confirmed before.</returns>
    public Task<(OneTimePasswordUse Use, ProvenAddress? Proven)> UseAsync(
        byte[] slotHash, Guid id, Guid userId, string? normalizedEmail, string? phoneNumber, DateTimeOffset now,
        SessionsEndedCallback onEnded, CancellationToken cancellationToken) =>
        database.RunAsync<(OneTimePasswordUse, ProvenAddress?)>(
            async transaction =>
            {
                // The user's row and sessions first, in the order that all transactions use. If the code cannot be used any more, all is
                // rolled back.
                var proven = await FirstProof.TryConfirmAsync(
                    transaction, userId, normalizedEmail, phoneNumber, now, onEnded, cancellationToken);
                if (await transaction.Call(UseSql).With(now).With(slotHash).With(id).ExecuteAsync(cancellationToken) != 1)
                    return (OneTimePasswordUse.Lost, null);
                await transaction.CommitAsync(cancellationToken);
                return (OneTimePasswordUse.Used, proven);
            },
            cancellationToken);

    /// <summary>Uses up a code that was right, and stores the user that begins with it: both or neither.</summary>
    /// <param name="id">The <see cref="TriedOneTimePassword.Id"/> that was compared with.</param>
    public async Task<OneTimePasswordUse> UseAsync(
        byte[] slotHash, Guid id, User newUser, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        if (await transaction.Call(UseSql).With(now).With(slotHash).With(id).ExecuteAsync(cancellationToken) != 1)
            return OneTimePasswordUse.Lost;
        if (!await NewUser.TryInsertAsync(transaction, newUser, cancellationToken))
            return OneTimePasswordUse.UserExists;
        await transaction.CommitAsync(cancellationToken);
        return OneTimePasswordUse.Used;
    }
}
