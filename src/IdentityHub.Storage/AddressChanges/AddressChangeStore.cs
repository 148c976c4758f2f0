using IdentityHub.Storage.Otp;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.AddressChanges;

/// <summary>An address that a user has proven with a code.</summary>
/// <param name="Address">As it is stored: an e-mail address with its case, or a phone number.</param>
/// <param name="SlotHash">Of the code.</param>
/// <param name="CodeId">Of the code that was compared with.</param>
/// <param name="SessionId">The session in which the code was typed.</param>
public sealed record ProvenNewAddress(Guid UserId, Guid SessionId, bool IsPhone, string Address, byte[] SlotHash, Guid CodeId)
{
    public override string ToString() => $"{nameof(ProvenNewAddress)} {{ UserId = {UserId} }}";
}

/// <summary>The result of a change.</summary>
public enum AddressChangeResult
{
    /// <summary>The address is the user's, and proven.</summary>
    Changed,

    /// <summary>The code was used, replaced or expired a moment ago: nothing was changed.</summary>
    Lost,

    /// <summary>The address belongs to another user: nothing was changed.</summary>
    Taken,

    /// <summary>The session has ended a moment ago: nothing was changed.</summary>
    SessionEnded,
}

/// <summary>What is done in the transaction of a change: the notices about it.</summary>
/// <param name="before">What the user had before; null where the address is the same, and was proven only.</param>
public delegate Task AddressChangedCallback(
    SqlTransaction transaction, AddressesBefore? before, CancellationToken cancellationToken);

/// <summary>The addresses of a user before one of them was changed.</summary>
/// <param name="Proven">The address that was replaced, where it was proven; null where there was none, or it was never proven.</param>
/// <param name="OtherProven">The address of the other kind, where it is proven; else null.</param>
public sealed record AddressesBefore(string? Proven, string? OtherProven)
{
    public override string ToString() => nameof(AddressesBefore);
}

/// <summary>Changes the addresses of users, and keeps what they were before.</summary>
public sealed class AddressChangeStore(HubDatabase database)
{
    /// <summary>How long a change can be undone.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromDays(7);

    private const string CurrentSql =
        "SELECT user_name, email, email_confirmed, phone_number, phone_number_confirmed FROM users WHERE id = $1";

    // A user name and an address both log in: the address of one user may not be the user name of another. $5 the user name where it
    // changes with the address.
    private const string ChangeEmailSql =
        """
        UPDATE users SET email = $1, normalized_email = $2, email_confirmed = TRUE, concurrency_stamp = $3, updated_at = $4,
                         user_name = COALESCE($5, user_name), normalized_user_name = COALESCE($6, normalized_user_name)
        WHERE id = $7 AND NOT EXISTS (SELECT 1 FROM users WHERE normalized_user_name = $2 AND id <> $7)
        """;

    private const string ChangePhoneSql =
        """
        UPDATE users SET phone_number = $1, phone_number_confirmed = TRUE, concurrency_stamp = $3, updated_at = $4,
                         user_name = COALESCE($5, user_name), normalized_user_name = COALESCE($6, normalized_user_name)
        WHERE id = $7 AND NOT EXISTS (SELECT 1 FROM users WHERE normalized_user_name = $2 AND id <> $7)
        """;

    private const string InsertSql =
        """
        INSERT INTO address_changes (token_hash, user_id, is_phone, old_address, old_confirmed, old_user_name, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>
    /// Gives a user an address that they have proven, uses up the code, ends reset tokens that were sent to the old address, and keeps the
    /// old one: all or nothing.
    /// </summary>
    /// <param name="undoTokenHash">Of the link that undoes the change.</param>
    /// <param name="onChanged">Done in the same transaction.</param>
    public async Task<AddressChangeResult> ChangeAsync(
        ProvenNewAddress proven, byte[] undoTokenHash, DateTimeOffset now, AddressChangedCallback onChanged,
        CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(
                proven.UserId, transaction => ChangeAsync(transaction, proven, undoTokenHash, now, onChanged, cancellationToken),
                cancellationToken);
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return AddressChangeResult.Taken;
        }
    }

    private static async Task<AddressChangeResult> ChangeAsync(
        SqlTransaction transaction, ProvenNewAddress proven, byte[] undoTokenHash, DateTimeOffset now, AddressChangedCallback onChanged,
        CancellationToken cancellationToken)
    {
        if (!await SessionStore.TryHoldOwnAsync(transaction, proven.UserId, proven.SessionId, cancellationToken))
            return AddressChangeResult.SessionEnded;
        if (!await OneTimePasswordStore.TryUseAsync(transaction, proven.SlotHash, proven.CodeId, now, cancellationToken)
            || await FindCurrentAsync(transaction, proven.UserId, cancellationToken) is not { } current)
            return AddressChangeResult.Lost;

        var (old, wasConfirmed) = proven.IsPhone
            ? (current.PhoneNumber, current.PhoneNumberConfirmed)
            : (current.Email, current.EmailConfirmed);
        var isSame = old is not null && NameNormalizer.Normalize(old) == NameNormalizer.Normalize(proven.Address);
        var isName = !isSame && old is not null && NameNormalizer.Normalize(old) == NameNormalizer.Normalize(current.UserName);
        if (await UpdateAsync(transaction, proven, isName ? proven.Address : null, now, cancellationToken) != 1)
            return AddressChangeResult.Taken;
        if (!isSame)
        {
            await PasswordResetStore.EndAsync(transaction, proven.UserId, now, cancellationToken);
            await transaction.Call(InsertSql)
                .With(undoTokenHash)
                .With(proven.UserId)
                .With(proven.IsPhone)
                .With(old)
                .With(wasConfirmed)
                .With(isName ? current.UserName : null)
                .With(now)
                .With(now + UndoTime)
                .ExecuteAsync(cancellationToken);
        }

        await onChanged(transaction, isSame ? null : current.Before(proven.IsPhone), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return AddressChangeResult.Changed;
    }

    private static Task<int> UpdateAsync(
        SqlTransaction transaction, ProvenNewAddress proven, string? userName, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Call(proven.IsPhone ? ChangePhoneSql : ChangeEmailSql)
            .With(proven.Address)
            .With(NameNormalizer.Normalize(proven.Address))
            .With(Guid.NewGuid().ToString())
            .With(now)
            .With(userName)
            .With(userName is null ? null : NameNormalizer.Normalize(userName))
            .With(proven.UserId)
            .ExecuteAsync(cancellationToken);

    private static Task<Current?> FindCurrentAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken) =>
        transaction.Call(CurrentSql).With(userId).FirstOrNullAsync(
            static row => new Current(
                row.Text("user_name"), row.TextOrNull("email"), row.Bool("email_confirmed"), row.TextOrNull("phone_number"),
                row.Bool("phone_number_confirmed")),
            cancellationToken);

    private sealed record Current(
        string UserName, string? Email, bool EmailConfirmed, string? PhoneNumber, bool PhoneNumberConfirmed)
    {
        public AddressesBefore Before(bool isPhone)
        {
            var (email, phone) = (EmailConfirmed ? Email : null, PhoneNumberConfirmed ? PhoneNumber : null);
            return isPhone ? new AddressesBefore(phone, email) : new AddressesBefore(email, phone);
        }
    }
}
