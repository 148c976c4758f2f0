using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Directories;

/// <summary>A user as they were and as they are, and what ended on the way.</summary>
/// <param name="Before">Null for a new user.</param>
public sealed record DirectoryChange(DirectoryEntry? Before, DirectoryEntry After, IReadOnlyList<EndedSession> Ended)
{
    /// <summary>True where the password is a new one.</summary>
    public bool HasNewPassword { get; init; }

    /// <summary>True where the user was disabled, and the rest of the change was refused.</summary>
    public bool IsOnlyDisabling { get; init; }
}

/// <summary>Done in the transaction of the change: the audit row, and the notices to clients.</summary>
public delegate Task DirectoryChangedCallback(SqlTransaction transaction, DirectoryChange change, CancellationToken cancellationToken);

/// <summary>Writes the users of an organization's directory: each change is one transaction.</summary>
public sealed class DirectoryUserChanges(HubDatabase database)
{
    // A user name and an e-mail address both log in, so the user name of one user is not the e-mail address of another.
    private const string CrossedSql =
        """
        SELECT id FROM users
        WHERE id <> $1 AND (normalized_email = $2 OR normalized_user_name = $3 OR phone_number = $4)
        """;

    private const string UpdateSql =
        """
        UPDATE users SET user_name = $1, normalized_user_name = $2, email = $3, normalized_email = $4, email_confirmed = $5,
                         phone_number_confirmed = CASE WHEN phone_number = $6 THEN phone_number_confirmed ELSE FALSE END, phone_number = $6,
                         given_name = $7, family_name = $8, locale = $9, concurrency_stamp = $10, updated_at = $11
        WHERE id = $12
        """;

    private const string SaveSql =
        """
        INSERT INTO directory_users (organization_id, user_id, external_id, deactivated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (organization_id, user_id) DO UPDATE SET external_id = excluded.external_id, deactivated_at = excluded.deactivated_at
        """;


    private const string SetDisabledSql = "UPDATE users SET disabled_at = $1 WHERE id = $2";

    /// <summary>Makes a user in the organization of the directory.</summary>
    /// <returns>
    /// The user; null where another user has the id, a name, an address, the number or the external id: nothing was stored.
    /// </returns>
    public async Task<DirectoryChange?> TryCreateAsync(
        string organizationId, Guid id, DirectoryWish wish, DateTimeOffset now, DirectoryChangedCallback onChanged,
        CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(
                transaction => TryCreateAsync(transaction, organizationId, id, wish, now, onChanged, cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return null;
        }
    }

    /// <summary>
    /// Changes a user from their current state: no other caller, on any node, changes them meanwhile. Who is to be disabled is disabled
    /// also where the rest is <paramref name="taken"/>.
    /// </summary>
    /// <param name="decide">What they are to be; the refusal leaves them as they are.</param>
    public async Task<Outcome<DirectoryChange>> ChangeAsync(
        string organizationId, Guid id, Func<DirectoryEntry?, Outcome<DirectoryWish>> decide, Refusal taken, DateTimeOffset now,
        DirectoryChangedCallback onChanged, CancellationToken cancellationToken)
    {
        var disables = false;
        var changed = await TryChangeAsync(organizationId, id, DecideAsAsked, taken, now, onChanged, cancellationToken);
        return disables && changed.Error == taken
            ? await TryChangeAsync(organizationId, id, DecideToDisable, taken, now, onChanged, cancellationToken)
            : changed;

        Outcome<DirectoryWish> DecideAsAsked(DirectoryEntry? before)
        {
            var decided = decide(before);
            disables = decided.Succeeded && !decided.Value.IsActive && before is { DisabledAt: null };
            return decided;
        }

        Outcome<DirectoryWish> DecideToDisable(DirectoryEntry? before)
        {
            var decided = decide(before);
            return decided.Succeeded && !decided.Value.IsActive ? DirectoryWish.Disabling(before!)
                : decided.Succeeded ? taken
                : decided;
        }
    }

    private async Task<Outcome<DirectoryChange>> TryChangeAsync(
        string organizationId, Guid id, Func<DirectoryEntry?, Outcome<DirectoryWish>> decide, Refusal taken, DateTimeOffset now,
        DirectoryChangedCallback onChanged, CancellationToken cancellationToken)
    {
        try
        {
            return await database.RunAsync(
                id, transaction => ChangeAsync(transaction, organizationId, id, decide, taken, now, onChanged, cancellationToken),
                cancellationToken);
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return taken;
        }
    }

    /// <summary>Erases a user: the id stays as a tombstone, and their name and addresses are free. Decision 0009.</summary>
    /// <param name="decide">The refusal, from the current state of the user; null where they may be erased.</param>
    /// <param name="onEnded">Done in the same transaction: the notices to clients in which the person was signed in.</param>
    /// <param name="traces">Done in the same transaction: removes what is stored under names and addresses of the person.</param>
    /// <param name="onErased">Done in the same transaction, last: the audit row.</param>
    public Task<Outcome<IReadOnlyList<EndedSession>>> EraseAsync(
        string organizationId, Guid id, Func<DirectoryEntry?, Refusal?> decide, DateTimeOffset now, SessionsEndedCallback onEnded,
        AccountErasedCallback traces, Func<SqlTransaction, Task> onErased, CancellationToken cancellationToken) =>
        database.RunAsync(
            id,
            async transaction =>
            {
                var entry = await DirectoryUserStore.HoldAsync(transaction, organizationId, id, cancellationToken);
                if (decide(entry) is { } refusal)
                    return (Outcome<IReadOnlyList<EndedSession>>)refusal;
                var ended = await AccountErasureStore.EraseAsync(
                    transaction, id, SessionEndReasons.UserErased, now, onEnded, traces, cancellationToken);
                await onErased(transaction);
                await transaction.CommitAsync(cancellationToken);
                return Outcome.Of(ended ?? []);
            },
            cancellationToken);

    private static async Task<DirectoryChange?> TryCreateAsync(
        SqlTransaction transaction, string organizationId, Guid id, DirectoryWish wish, DateTimeOffset now,
        DirectoryChangedCallback onChanged, CancellationToken cancellationToken)
    {
        var user = new User
        {
            Id = id,
            UserName = wish.UserName,
            Email = wish.Email,
            EmailConfirmed = wish.EmailConfirmed,
            PhoneNumber = wish.PhoneNumber,
            GivenName = wish.GivenName,
            FamilyName = wish.FamilyName,
            Locale = wish.Locale,
            OrganizationId = organizationId,
            PasswordHash = wish.PasswordHash,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            ConcurrencyStamp = Guid.NewGuid().ToString(),
            LockoutEnabled = true,
            CreatedAt = now,
            UpdatedAt = now,
        };
        if (await IsCrossedAsync(transaction, id, wish, cancellationToken)
            || !await NewUser.TryInsertAsync(transaction, user, cancellationToken))
            return null;
        if (!wish.IsActive)
            await transaction.Call(SetDisabledSql).With(now).With(id).ExecuteAsync(cancellationToken);
        await SaveAsync(transaction, organizationId, id, wish, wish.IsActive ? null : now, cancellationToken);

        var made = (await DirectoryUserStore.HoldAsync(transaction, organizationId, id, cancellationToken))!;
        var change = new DirectoryChange(null, made, []) { HasNewPassword = wish.PasswordHash is not null };
        await onChanged(transaction, change, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return change;
    }

    private static async Task<Outcome<DirectoryChange>> ChangeAsync(
        SqlTransaction transaction, string organizationId, Guid id, Func<DirectoryEntry?, Outcome<DirectoryWish>> decide, Refusal taken,
        DateTimeOffset now, DirectoryChangedCallback onChanged, CancellationToken cancellationToken)
    {
        var before = await DirectoryUserStore.HoldAsync(transaction, organizationId, id, cancellationToken);
        var decided = decide(before);
        if (!decided.Succeeded)
            return decided.Error;
        var wish = decided.Value;
        if (!wish.IsOnlyDisabling && await IsCrossedAsync(transaction, id, wish, cancellationToken))
            return taken;

        await UpdateAsync(transaction, before!, wish, now, cancellationToken);
        var ended = await SetPasswordAsync(transaction, before!, wish, now, cancellationToken);
        var deactivatedAt = before!.DeactivatedAt;
        if (!wish.IsActive && before.DisabledAt is null)
        {
            ended = [.. ended, .. await UserDisabling.DisableAsync(transaction, id, now, cancellationToken)];
            deactivatedAt = now;
        }
        else if (wish.IsActive && before.DisabledAt is not null)
        {
            await UserDisabling.TryEnableAsync(transaction, id, cancellationToken);
            deactivatedAt = null;
        }

        // What was sent to an address, and puts an older one back, is void with it.
        if (wish.Email != before.Email || wish.PhoneNumber != before.PhoneNumber)
        {
            await PasswordResetStore.EndAsync(transaction, id, now, cancellationToken);
            await AddressUndoStore.ForgetAsync(transaction, id, cancellationToken);
        }

        await SaveAsync(transaction, organizationId, id, wish, deactivatedAt, cancellationToken);
        var after = (await DirectoryUserStore.HoldAsync(transaction, organizationId, id, cancellationToken))!;
        var change = new DirectoryChange(before, after, ended)
        {
            HasNewPassword = wish.PasswordHash is not null,
            IsOnlyDisabling = wish.IsOnlyDisabling,
        };
        await onChanged(transaction, change, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return change;
    }

    private static async Task UpdateAsync(
        SqlTransaction transaction, DirectoryEntry before, DirectoryWish wish, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await transaction.Call(UpdateSql)
            .With(wish.UserName)
            .With(NameNormalizer.Normalize(wish.UserName))
            .With(wish.Email)
            .With(wish.Email is { } email ? NameNormalizer.Normalize(email) : null)
            .With(wish.EmailConfirmed)
            .With(wish.PhoneNumber)
            .With(wish.GivenName)
            .With(wish.FamilyName)
            .With(wish.Locale)
            .With(Guid.NewGuid().ToString())
            .With(now)
            .With(before.Id)
            .ExecuteAsync(cancellationToken);
    }

    // The row is held: the stamp is the one that was read.
    private static async Task<IReadOnlyList<EndedSession>> SetPasswordAsync(
        SqlTransaction transaction, DirectoryEntry before, DirectoryWish wish, DateTimeOffset now, CancellationToken cancellationToken) =>
        wish.PasswordHash is { } hash
            ? await CredentialStore.TrySetPasswordAsync(
                transaction, before.Id, before.SecurityStamp, hash, kept: null, SessionEndReasons.PasswordChanged, now, cancellationToken)
                ?? []
            : [];

    private static async Task SaveAsync(
        SqlTransaction transaction, string organizationId, Guid id, DirectoryWish wish, DateTimeOffset? deactivatedAt,
        CancellationToken cancellationToken) =>
        await transaction.Call(SaveSql).With(organizationId).With(id).With(wish.ExternalId).With(deactivatedAt)
            .ExecuteAsync(cancellationToken);

    private static async Task<bool> IsCrossedAsync(
        SqlTransaction transaction, Guid id, DirectoryWish wish, CancellationToken cancellationToken)
    {
        var name = NameNormalizer.Normalize(wish.UserName);
        var email = wish.Email is { } address ? NameNormalizer.Normalize(address) : null;
        var others = await transaction.Call(CrossedSql).With(id).With(name).With(email).With(PhoneNumber.Normalize(wish.UserName))
            .ListAsync(static row => row.Guid(), cancellationToken);
        return others.Count > 0;
    }
}
