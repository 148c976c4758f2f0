using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.ClientAccounts;

/// <summary>Who is erased, as it is stored until then.</summary>
/// <param name="CreatedAt">Nothing about the account is older. UTC.</param>
public sealed record ErasedPerson(Guid UserId, string UserName, string? Email, string? PhoneNumber, DateTimeOffset CreatedAt)
{
    /// <summary>E-mail addresses and phone numbers that were theirs a few days ago.</summary>
    public IReadOnlyList<string> OldAddresses { get; init; } = [];

    /// <summary>True where <see cref="Email"/> was proven to be theirs.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>Every e-mail address and phone number of theirs.</summary>
    public IEnumerable<string> Addresses => new[] { Email, PhoneNumber }.OfType<string>().Concat(OldAddresses);

    /// <summary>Shows the id only.</summary>
    public override string ToString() => $"{nameof(ErasedPerson)} {{ UserId = {UserId} }}";
}

/// <summary>What came of the wish of a user to have their account erased.</summary>
public enum OwnErasureResult
{
    /// <summary>It is erased.</summary>
    Erased,

    /// <summary>The session has ended, or the credentials of the user have changed: nothing was done.</summary>
    SessionChanged,

    /// <summary>No other enabled user holds the role of administrators: nothing was done.</summary>
    LastAdministrator,
}

/// <summary>What came of it, and the sessions that ended by it.</summary>
public sealed record OwnErasure(OwnErasureResult Result, IReadOnlyList<EndedSession> Ended);

/// <summary>What is done in the transaction of an erasure: it removes what is stored under names and addresses instead of the id.</summary>
public delegate Task AccountErasedCallback(SqlTransaction transaction, ErasedPerson person, CancellationToken cancellationToken);

/// <summary>
/// Erases accounts. Everything that identifies the user is removed, and everything that they were signed in to ends. The id stays as a
/// tombstone: the row of the user stays, empty and disabled, so that no caller ever gives out the id a second time.
/// </summary>
public sealed class AccountErasureStore(HubDatabase database)
{
    private const string MarkSql =
        "UPDATE client_accounts SET deleted_at = $1, custom_data = NULL WHERE user_id = $2 AND deleted_at IS NULL";

    // Most users have no client account until then: the row is the tombstone.
    private const string MarkOwnSql =
        """
        INSERT INTO client_accounts (user_id, created_at, deleted_at)
        SELECT u.id, u.created_at, $1 FROM users u JOIN sessions s ON s.user_id = u.id
        WHERE u.id = $2 AND s.id = $3 AND s.ended_at IS NULL AND COALESCE(u.security_stamp, '') = $4
        ON CONFLICT (user_id) DO UPDATE SET deleted_at = excluded.deleted_at, custom_data = NULL
        WHERE client_accounts.deleted_at IS NULL
        """;

    // Of a user who has a client account, or none.
    private const string MarkAnySql =
        """
        INSERT INTO client_accounts (user_id, created_at, deleted_at) SELECT u.id, u.created_at, $1 FROM users u WHERE u.id = $2
        ON CONFLICT (user_id) DO UPDATE SET deleted_at = excluded.deleted_at, custom_data = NULL
        WHERE client_accounts.deleted_at IS NULL
        """;

    private const string FindPersonSql =
        "SELECT id, user_name, email, email_confirmed, phone_number, created_at FROM users WHERE id = $1";

    private const string OldAddressesSql = "SELECT old_address FROM address_changes WHERE user_id = $1 AND old_address IS NOT NULL";

    private const string EraseUserSql =
        """
        UPDATE users SET user_name = $1, normalized_user_name = $2, email = NULL, normalized_email = NULL, email_confirmed = FALSE,
                         phone_number = NULL, phone_number_confirmed = FALSE, password_hash = NULL, security_stamp = $3, concurrency_stamp = $4,
                         two_factor_enabled = FALSE, lockout_end = NULL, access_failed_count = 0, given_name = NULL, family_name = NULL, locale = NULL,
                         street_address = NULL, locality = NULL, region = NULL, postal_code = NULL, country = NULL, home_region = NULL,
                         organization_id = NULL, not_before = NULL, disabled_at = $5, updated_at = $5,
                         client_verifier = NULL, client_verifier_stamp = NULL, hash_login_disabled = FALSE, imported_at = NULL
        WHERE id = $6
        """;

    /// <summary>The statements that erase the row of the user, and all other rows of the user.</summary>
    internal static IReadOnlyList<string> Statements => [EraseUserSql, .. DependentSql];

    // With the sessions go their addresses, browsers, codes and tokens.
    private static readonly string[] DependentSql =
    [
        "DELETE FROM sessions WHERE user_id = $1",
        "DELETE FROM device_codes WHERE user_id = $1",
        "DELETE FROM authorization_codes WHERE user_id = $1",
        "DELETE FROM access_tokens WHERE user_id = $1",
        "DELETE FROM refresh_token_families WHERE user_id = $1",
        "DELETE FROM password_resets WHERE user_id = $1",
        "DELETE FROM address_changes WHERE user_id = $1",
        "DELETE FROM consents WHERE user_id = $1",
        "DELETE FROM memberships WHERE user_id = $1",
        "DELETE FROM user_roles WHERE user_id = $1",
        "DELETE FROM directory_users WHERE user_id = $1",
        "DELETE FROM tenant_users WHERE user_id = $1",
        "DELETE FROM idempotency_keys WHERE user_id = $1",
        "DELETE FROM user_claims WHERE user_id = $1",
        "DELETE FROM user_attributes WHERE user_id = $1",
        "DELETE FROM user_logins WHERE user_id = $1",
        "DELETE FROM user_tokens WHERE user_id = $1",
        .. SecondFactorRows.DeleteSql,
    ];

    private const string TracesSql =
        """
        UPDATE audit_events SET ip_address = NULL, detail = CASE WHEN type = $1 THEN detail ELSE NULL END, changes = NULL
        WHERE user_id IN (SELECT user_id FROM client_accounts WHERE deleted_at < $2 AND traces_erased_at IS NULL)
          AND at >= (SELECT MIN(created_at) FROM client_accounts WHERE deleted_at < $2 AND traces_erased_at IS NULL)
        """;

    private const string TracesDoneSql =
        "UPDATE client_accounts SET traces_erased_at = $1 WHERE deleted_at < $2 AND traces_erased_at IS NULL";

    /// <summary>Erases an account: all or nothing.</summary>
    /// <param name="onEnded">Done in the same transaction: the notices to clients in which the person was signed in.</param>
    /// <param name="traces">Done in the same transaction: removes what is stored under names and addresses of the person.</param>
    /// <returns>The sessions that ended by it; null when there is no such account any more.</returns>
    public Task<IReadOnlyList<EndedSession>?> TryEraseAsync(
        Guid userId, string reason, DateTimeOffset now, SessionsEndedCallback onEnded, AccountErasedCallback traces,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            userId, transaction => TryEraseAsync(transaction, userId, reason, now, onEnded, traces, cancellationToken), cancellationToken);

    /// <summary>
    /// Erases a user again whom a restored database still has, with or without a client account: all or nothing. The caller has ended what
    /// they were signed in to, and the messages and one-time passwords of everybody.
    /// </summary>
    /// <param name="also">Done in the same transaction: the audit row.</param>
    /// <returns>False when there is no such user, or they are erased already.</returns>
    public Task<bool> TryEraseAgainAsync(
        Guid userId, string reason, DateTimeOffset now, AccountErasedCallback also, CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (await EraseAsync(
                        transaction, userId, reason, now, static (_, _, _) => Task.CompletedTask, also, cancellationToken) is null)
                    return false;
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>Erases the account of the user of a session, as they wish: all or nothing.</summary>
    /// <param name="session">Must live still; its stamp is the user's as it was when the session was read.</param>
    /// <param name="administrator">Name of the role that one enabled user must hold.</param>
    /// <inheritdoc cref="TryEraseAsync(Guid, string, DateTimeOffset, SessionsEndedCallback, AccountErasedCallback, CancellationToken)"/>
    public Task<OwnErasure> TryEraseOwnAsync(
        StoredBrowserSession session, string administrator, string reason, DateTimeOffset now, SessionsEndedCallback onEnded,
        AccountErasedCallback traces, CancellationToken cancellationToken) =>
        database.RunAsync(
            session.UserId,
            async transaction =>
            {
                await SessionStore.HoldUserAsync(transaction, session.UserId, cancellationToken);
                if (await Users.LastAdministrator.IsAsync(transaction, session.UserId, administrator, now, cancellationToken))
                    return new OwnErasure(OwnErasureResult.LastAdministrator, []);
                var marked = await transaction.Call(MarkOwnSql).With(now).With(session.UserId).With(session.Id)
                    .With(session.SecurityStamp).ExecuteAsync(cancellationToken);
                if (marked != 1)
                    return new OwnErasure(OwnErasureResult.SessionChanged, []);
                var ended = await EraseMarkedAsync(transaction, session.UserId, reason, now, onEnded, traces, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return new OwnErasure(OwnErasureResult.Erased, ended);
            },
            cancellationToken);

    private static async Task<IReadOnlyList<EndedSession>?> TryEraseAsync(
        SqlTransaction transaction, Guid userId, string reason, DateTimeOffset now, SessionsEndedCallback onEnded,
        AccountErasedCallback traces,
        CancellationToken cancellationToken)
    {
        await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        if (await transaction.Call(MarkSql).With(now).With(userId).ExecuteAsync(cancellationToken) != 1)
            return null;
        var ended = await EraseMarkedAsync(transaction, userId, reason, now, onEnded, traces, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return ended;
    }

    /// <summary>Erases a user, with or without a client account, inside a transaction that does more.</summary>
    /// <inheritdoc cref="TryEraseAsync(Guid, string, DateTimeOffset, SessionsEndedCallback, AccountErasedCallback, CancellationToken)"/>
    public static async Task<IReadOnlyList<EndedSession>?> EraseAsync(
        SqlTransaction transaction, Guid userId, string reason, DateTimeOffset now, SessionsEndedCallback onEnded,
        AccountErasedCallback traces, CancellationToken cancellationToken)
    {
        await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        return await transaction.Call(MarkAnySql).With(now).With(userId).ExecuteAsync(cancellationToken) == 1
            ? await EraseMarkedAsync(transaction, userId, reason, now, onEnded, traces, cancellationToken)
            : null;
    }

    private static async Task<IReadOnlyList<EndedSession>> EraseMarkedAsync(
        SqlTransaction transaction, Guid userId, string reason, DateTimeOffset now, SessionsEndedCallback onEnded,
        AccountErasedCallback traces,
        CancellationToken cancellationToken)
    {
        var person = await transaction.Call(FindPersonSql).With(userId).FirstOrNullAsync(
            static row => new ErasedPerson(
                row.Guid("id"), row.Text("user_name"), row.TextOrNull("email"), row.TextOrNull("phone_number"), row.Time("created_at"))
            {
                EmailVerified = row.Bool("email_confirmed"),
            },
            cancellationToken);

        var oldAddresses = await transaction.Call(OldAddressesSql).With(userId).ListAsync(static row => row.Text(), cancellationToken);

        // The new stamp first: a login that is just being checked starts no session any more.
        var name = userId.ToString();
        await transaction.Call(EraseUserSql)
            .With(name)
            .With(Users.NameNormalizer.Normalize(name))
            .With(Guid.NewGuid().ToString("N"))
            .With(Guid.NewGuid().ToString())
            .With(now)
            .With(userId)
            .ExecuteAsync(cancellationToken);
        var ended = await SessionStore.EndAllOfUserAsync(transaction, userId, except: null, reason, now, cancellationToken);
        if (ended.Count > 0)
            await onEnded(transaction, ended, cancellationToken);
        foreach (var statement in DependentSql)
            await transaction.Call(statement).With(userId).ExecuteAsync(cancellationToken);
        if (person is not null)
            await traces(transaction, person with { OldAddresses = oldAddresses }, cancellationToken);
        return ended;
    }

    /// <summary>
    /// Erases addresses and details of erased accounts from the audit trail, one pass for all of them. Later than the erasure itself,
    /// because audit rows are written behind the requests.
    /// </summary>
    /// <param name="keptType">Rows of this type keep their detail: the record of the erasure.</param>
    /// <param name="before">Accounts that were erased before.</param>
    public async Task EraseTracesAsync(string keptType, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await database.Call("SELECT user_id FROM client_accounts WHERE deleted_at < $1 AND traces_erased_at IS NULL LIMIT 1")
            .With(before).ListAsync(static row => row.Guid(), cancellationToken);
        if (waiting.Count == 0)
            return;

        await using var transaction = await database.BeginLockedAsync("clean-up", cancellationToken);
        await transaction.Call(TracesSql).With(keptType).With(before).ExecuteAsync(cancellationToken);
        await transaction.Call(TracesDoneSql).With(now).With(before).ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
