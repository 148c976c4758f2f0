using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.AddressChanges;

/// <summary>A change that can be undone.</summary>
/// <param name="OldAddress">What comes back; null where there was no address before, and the one that was added goes.</param>
public sealed record UndoableChange(Guid UserId, string UserName, string? OldAddress, AccountStatus Status)
{
    public override string ToString() => $"{nameof(UndoableChange)} {{ UserId = {UserId} }}";
}

/// <summary>What an undo has done about an old address.</summary>
public enum AddressReturn
{
    /// <summary>It is the user's again.</summary>
    Back,

    /// <summary>There was none before: the one that was added is removed.</summary>
    Removed,

    /// <summary>Another user has confirmed it meanwhile and keeps it. The one that took its place is removed.</summary>
    ConfirmedByAnother,

    /// <summary>It was never confirmed, and another user has it. The one that took its place is removed.</summary>
    NotBack,
}

/// <summary>One kind of address after an undo.</summary>
/// <param name="OldAddress">What was to come back; null where there was no address before.</param>
public sealed record UndoneAddress(string? OldAddress, AddressReturn Return)
{
    public override string ToString() => $"{nameof(UndoneAddress)} {{ Return = {Return} }}";
}

/// <summary>The result of an undo.</summary>
/// <param name="IsTaken">True when another user has proven the old address meanwhile: nothing was changed.</param>
/// <param name="Ended">Sessions that ended by it; null when nothing was changed.</param>
public sealed record UndoneChange(bool IsTaken, IReadOnlyList<EndedSession>? Ended)
{
    /// <summary>Each kind of address that the undo was about; empty when nothing was changed.</summary>
    public IReadOnlyList<UndoneAddress> Addresses { get; init; } = [];

    /// <summary>The new user name where the name was an address that did not come back; else null.</summary>
    public string? NewUserName { get; init; }

    public override string ToString() => $"{nameof(UndoneChange)} {{ IsTaken = {IsTaken} }}";
}

/// <summary>Puts addresses back that somebody else has changed.</summary>
public sealed class AddressUndoStore(HubDatabase database, PasskeyStore passkeys)
{
    // Another user comes in between seldom, and hardly twice.
    private const int MostTries = 2;

    private const string FindSql =
        $"""
        SELECT c.user_id, c.old_address, u.user_name, {AccountStatus.Columns}
        FROM address_changes c
        JOIN users u ON u.id = c.user_id
        LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE c.token_hash = $1 AND c.undone_at IS NULL AND c.expires_at > $2
        """;

    // Of the other kind of address the changes begin with the first that added one: who has changed this address may have added that one
    // before. The links of all of them end with it.
    private const string FromHereSql =
        """
        SELECT c.token_hash, c.is_phone, c.old_address, c.old_confirmed, c.old_user_name, c.created_at
        FROM address_changes c JOIN address_changes l ON l.token_hash = $2
        WHERE c.user_id = $1 AND c.undone_at IS NULL
            AND (c.created_at >= l.created_at
                OR (c.is_phone <> l.is_phone AND c.created_at >= (
                    SELECT MIN(a.created_at) FROM address_changes a
                    WHERE a.user_id = $1 AND a.is_phone <> l.is_phone AND a.undone_at IS NULL AND a.old_confirmed = FALSE
                        AND a.expires_at > $3)))
        ORDER BY c.created_at
        """;

    private const string ForgetSql = "DELETE FROM address_changes WHERE user_id = $1";
    private const string MarkSql = "UPDATE address_changes SET undone_at = $1 WHERE token_hash = $2";

    private const string UndoOnceSql =
        "SELECT user_id FROM address_changes WHERE token_hash = $1 AND undone_at IS NULL AND expires_at > $2";

    // An address and a user name both log in. The row count says whether another user has it.
    private const string RestoreEmailSql =
        """
        UPDATE users SET email = $1, normalized_email = $2, email_confirmed = $3,
                         user_name = COALESCE($4, user_name), normalized_user_name = COALESCE($5, normalized_user_name)
        WHERE id = $6 AND NOT EXISTS (
            SELECT 1 FROM users o
            WHERE o.id <> $6 AND (o.normalized_email = $2 OR o.phone_number = $2 OR o.normalized_user_name = $2))
        """;

    private const string RestorePhoneSql =
        """
        UPDATE users SET phone_number = $1, phone_number_confirmed = $2,
                         user_name = COALESCE($3, user_name), normalized_user_name = COALESCE($4, normalized_user_name)
        WHERE id = $5 AND NOT EXISTS (
            SELECT 1 FROM users o
            WHERE o.id <> $5 AND (o.normalized_email = $1 OR o.phone_number = $1 OR o.normalized_user_name = $1))
        """;

    // Users who have the address, as their address or as their name, and never proved it.
    private const string SquattersSql =
        """
        SELECT id FROM users
        WHERE id <> $2 AND ((normalized_email = $1 AND email_confirmed = FALSE) OR (phone_number = $1 AND phone_number_confirmed = FALSE)
            OR normalized_user_name = $1)
        ORDER BY id
        """;

    private const string DropEmailSql =
        """
        UPDATE users SET email = NULL, normalized_email = NULL, concurrency_stamp = $1, updated_at = $2
        WHERE id = $3 AND normalized_email = $4 AND email_confirmed = FALSE
        """;

    private const string DropPhoneSql =
        """
        UPDATE users SET phone_number = NULL, concurrency_stamp = $1, updated_at = $2
        WHERE id = $3 AND phone_number = $4 AND phone_number_confirmed = FALSE
        """;

    // The id in place of a name that is the address: a name logs in, and so does an address. Who has proven the address keeps the name.
    private const string DropNameSql =
        """
        UPDATE users SET user_name = $1, normalized_user_name = $2, concurrency_stamp = $3, updated_at = $4
        WHERE id = $5 AND normalized_user_name = $6
          AND NOT (COALESCE(normalized_email, '') = $6 AND email_confirmed = TRUE)
          AND NOT (COALESCE(phone_number, '') = $6 AND phone_number_confirmed = TRUE)
        """;

    // Who has changed the address knows the password: it goes too.
    private const string CloseSql =
        """
        UPDATE users SET password_hash = NULL, client_verifier = NULL, client_verifier_stamp = NULL, security_stamp = $1,
                         concurrency_stamp = $2, updated_at = $3
        WHERE id = $4
        """;

    /// <summary>Voids every link that would put back an older address of a user, inside a transaction that does more.</summary>
    public static Task<int> ForgetAsync(SqlTransaction transaction, Guid userId, CancellationToken cancellationToken) =>
        transaction.Call(ForgetSql).With(userId).ExecuteAsync(cancellationToken);

    /// <summary>The change that a token undoes; null when it undoes none any more. Changes nothing.</summary>
    public Task<UndoableChange?> FindAsync(byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(tokenHash).With(now).FirstOrNullAsync(
            static row => new UndoableChange(
                row.Guid("user_id"), row.Text("user_name"), row.TextOrNull("old_address"), AccountStatus.Read(row)),
            cancellationToken);

    /// <summary>
    /// Puts the addresses of a user back to what they were before the change, with all later changes. Removes the password and the
    /// second factors and passkeys that were added since, and ends every session, every refresh token and every reset token of the user.
    /// All or nothing. An old address that another user has meanwhile does not come back, and the one that took its place goes; where it is
    /// the proven address that the link is about, nothing is undone.
    /// </summary>
    /// <param name="reason">Why the sessions end.</param>
    /// <param name="onEnded">Done in the same transaction.</param>
    public async Task<UndoneChange> UndoAsync(
        byte[] tokenHash, Guid userId, string reason, DateTimeOffset now, SessionsEndedCallback onEnded,
        CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            try
            {
                if (await RunAsync() is { } undone)
                    return undone;
            }
            catch (Exception failure) when (database.IsUniqueViolation(failure))
            {
                // Somebody took the address, or the name, between the look and the write. The next look sees that.
            }
        }

        return new UndoneChange(IsTaken: true, null);

        Task<UndoneChange?> RunAsync() => database.RunAsync(
            userId, transaction => UndoAsync(transaction, tokenHash, userId, reason, now, onEnded, cancellationToken), cancellationToken);
    }

    // Null where another user has taken an old address since the look at who has it: nothing is changed.
    private async Task<UndoneChange?> UndoAsync(
        SqlTransaction transaction, byte[] tokenHash, Guid userId, string reason, DateTimeOffset now, SessionsEndedCallback onEnded,
        CancellationToken cancellationToken)
    {
        // The rows of all users in the order of their ids, so the others are looked for before. That of the user is the lock: of several
        // that come at once, the second finds the change undone.
        HashSet<Guid> held = [userId];
        foreach (var before in (await ChangesAsync()).DistinctBy(change => change.IsPhone))
            held.UnionWith(await FindOthersAsync(transaction, userId, before, cancellationToken));
        foreach (var user in held.Order())
            await SessionStore.HoldUserAsync(transaction, user, cancellationToken);
        if (await transaction.Call(UndoOnceSql).With(tokenHash).With(now).ListAsync(static row => row.Guid(), cancellationToken)
            is not [var owner] || owner != userId)
            return new UndoneChange(IsTaken: false, null);
        var changes = await ChangesAsync();
        var linked = changes.First(change => change.TokenHash.AsSpan().SequenceEqual(tokenHash));
        var addresses = new List<UndoneAddress>(2);
        string? newUserName = null;
        foreach (var before in changes.DistinctBy(change => change.IsPhone))
        {
            var others = await FindOthersAsync(transaction, userId, before, cancellationToken);
            if (!held.IsSupersetOf(others))
                return null;
            await TakeFromAsync(transaction, others, before, now, cancellationToken);
            if (await TryRestoreAsync(transaction, userId, before, cancellationToken))
            {
                addresses.Add(new UndoneAddress(before.Address, before.Address is null ? AddressReturn.Removed : AddressReturn.Back));
                continue;
            }

            if (before.Confirmed && before.IsPhone == linked.IsPhone)
                return new UndoneChange(IsTaken: true, null);
            var without = before.WithoutAddress(userId);
            await TryRestoreAsync(transaction, userId, without, cancellationToken);
            addresses.Add(
                new UndoneAddress(before.Address, before.Confirmed ? AddressReturn.ConfirmedByAnother : AddressReturn.NotBack));
            newUserName = without.UserName ?? newUserName;
        }

        await transaction.Call(CloseSql)
            .With(Guid.NewGuid().ToString("N"))
            .With(Guid.NewGuid().ToString())
            .With(now)
            .With(userId)
            .ExecuteAsync(cancellationToken);
        var ended = await SessionStore.EndAllOfUserAsync(transaction, userId, except: null, reason, now, cancellationToken);
        await passkeys.RemoveSinceAsync(transaction, userId, changes[0].CreatedAt, cancellationToken);
        await SecondFactorRows.DeleteSinceAsync(transaction, userId, changes[0].CreatedAt, cancellationToken);
        await PasswordResetStore.EndAsync(transaction, userId, now, cancellationToken);
        await CredentialStore.RevokeFamiliesAsync(transaction, userId, reason, now, cancellationToken);
        foreach (var change in changes)
            await transaction.Call(MarkSql).With(now).With(change.TokenHash).ExecuteAsync(cancellationToken);
        if (ended.Count > 0)
            await onEnded(transaction, ended, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new UndoneChange(IsTaken: false, ended) { Addresses = addresses, NewUserName = newUserName };

        Task<List<Before>> ChangesAsync() => transaction.Call(FromHereSql).With(userId).With(tokenHash).With(now).ListAsync(
            static row => new Before(
                row.Bytes("token_hash"), row.Bool("is_phone"), row.TextOrNull("old_address"), row.Bool("old_confirmed"),
                row.TextOrNull("old_user_name"), row.Time("created_at")),
            cancellationToken);
    }

    // Those who have only typed an address that the owner has proven.
    private static async Task<IReadOnlyList<Guid>> FindOthersAsync(
        SqlTransaction transaction, Guid userId, Before before, CancellationToken cancellationToken) =>
        before is { Confirmed: true, Address: { } address }
            ? await transaction.Call(SquattersSql).With(NameNormalizer.Normalize(address)).With(userId).ListAsync(
                static row => row.Guid(), cancellationToken)
            : [];

    // The owner has proven the address, and somebody else has only typed it: it goes back to the owner.
    private static async Task TakeFromAsync(
        SqlTransaction transaction, IReadOnlyList<Guid> others, Before before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var normalized = NameNormalizer.Normalize(before.Address ?? "");
        foreach (var other in others)
        {
            var dropped = await transaction.Call(before.IsPhone ? DropPhoneSql : DropEmailSql)
                .With(Guid.NewGuid().ToString())
                .With(now)
                .With(other)
                .With(normalized)
                .ExecuteAsync(cancellationToken);
            if (dropped == 1)
                await PasswordResetStore.EndAsync(transaction, other, now, cancellationToken);
            await transaction.Call(DropNameSql)
                .With(other.ToString())
                .With(NameNormalizer.Normalize(other.ToString()))
                .With(Guid.NewGuid().ToString())
                .With(now)
                .With(other)
                .With(normalized)
                .ExecuteAsync(cancellationToken);
        }
    }

    // False when another user has the address.
    private static async Task<bool> TryRestoreAsync(
        SqlTransaction transaction, Guid userId, Before before, CancellationToken cancellationToken)
    {
        var call = before.IsPhone
            ? transaction.Call(RestorePhoneSql).With(before.Address)
            : transaction.Call(RestoreEmailSql).With(before.Address)
                .With(before.Address is null ? null : NameNormalizer.Normalize(before.Address));
        return await call
            .With(before.Confirmed)
            .With(before.UserName)
            .With(before.UserName is null ? null : NameNormalizer.Normalize(before.UserName))
            .With(userId)
            .ExecuteAsync(cancellationToken) == 1;
    }

    private sealed record Before(
        byte[] TokenHash, bool IsPhone, string? Address, bool Confirmed, string? UserName, DateTimeOffset CreatedAt)
    {
        // Where the address was the user name, the newer address is the name now: it must not stay, so the id takes its place.
        public Before WithoutAddress(Guid userId) =>
            this with { Address = null, Confirmed = false, UserName = UserName is null ? null : userId.ToString() };
    }
}
