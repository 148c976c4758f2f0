using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Passkeys;

/// <summary>A passkey as it was read.</summary>
/// <param name="Text">The stored JSON: <see cref="PasskeyStore.TryReplaceAsync"/> changes it only while it is still this.</param>
public sealed record StoredPasskey(byte[] CredentialId, Guid UserId, PasskeyData Data, string Text)
{
    /// <summary>Shows the user only.</summary>
    public override string ToString() => $"{nameof(StoredPasskey)} {{ UserId = {UserId} }}";
}

/// <summary>A passkey with the user that it belongs to.</summary>
public sealed record OwnedPasskey(StoredPasskey Passkey, StoredCredential User);

/// <summary>What became of a new passkey.</summary>
public enum PasskeyAddition
{
    /// <summary>It is stored.</summary>
    Added,

    /// <summary>The credential is stored already, for this user or another one.</summary>
    Taken,

    /// <summary>The user has as many as a user may have.</summary>
    TooMany,

    /// <summary>The session has ended or acts as another user, or the user's credentials were changed.</summary>
    SessionChanged,
}

/// <summary>The passkeys of users.</summary>
public sealed class PasskeyStore(HubDatabase database)
{
    private const string FindSql =
        $"""
        SELECT p.credential_id, p.data, {StoredCredential.Columns}
        FROM user_passkeys p JOIN users u ON u.id = p.user_id LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE p.credential_id = $1
        """;

    private const string OfUserSql = "SELECT credential_id, user_id, data FROM user_passkeys WHERE user_id = $1";

    private const string ExistsSql = "SELECT user_id FROM user_passkeys WHERE credential_id = $1";

    private const string CountSql = "SELECT COUNT(*) AS passkeys FROM user_passkeys WHERE user_id = $1";

    private const string RemoveSql = "DELETE FROM user_passkeys WHERE credential_id = $1 AND user_id = $2";

    private readonly PasskeyJson _json = new(database.TimesAreTicks);

    private readonly string _insertSql =
        $"""
        INSERT INTO user_passkeys (credential_id, user_id, data)
        SELECT $1, u.id, {database.JsonParameter(2)}
        FROM users u JOIN sessions s ON s.user_id = u.id
        WHERE u.id = $3 AND s.id = $4 AND s.ended_at IS NULL AND s.effective_user_id = s.user_id AND COALESCE(u.security_stamp, '') = $5
        ON CONFLICT (credential_id) DO NOTHING
        """;

    private readonly string _replaceSql =
        $"UPDATE user_passkeys SET data = {database.JsonParameter(1)} WHERE credential_id = $2 AND data = {database.JsonParameter(3)}";

    /// <summary>The passkey and its user; null when there is no such passkey. One statement.</summary>
    public Task<OwnedPasskey?> FindAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(credentialId).FirstOrNullAsync(
            row => new OwnedPasskey(ReadPasskey(row.Bytes("credential_id"), row.Guid("id"), row.Text("data")), StoredCredential.Read(row)),
            cancellationToken);

    /// <summary>The passkeys of a user, the oldest first.</summary>
    public Task<IReadOnlyList<StoredPasskey>> OfUserAsync(Guid userId, CancellationToken cancellationToken) =>
        OfUserAsync(database.Call, userId, cancellationToken);

    /// <summary>The same from the database or inside a transaction.</summary>
    public async Task<IReadOnlyList<StoredPasskey>> OfUserAsync(
        Func<string, Sql.SqlCall> call, Guid userId, CancellationToken cancellationToken)
    {
        var found = await call(OfUserSql).With(userId).ListAsync(
            row => ReadPasskey(row.Bytes("credential_id"), row.Guid("user_id"), row.Text("data")), cancellationToken);
        return [.. found.OrderBy(passkey => passkey.Data.CreatedAt)];
    }

    /// <summary>Stores a passkey for the user of a session, while the session lives and acts as that user.</summary>
    /// <param name="session">The session of the browser; its stamp is the user's as it was when the session was read.</param>
    /// <param name="most">How many passkeys a user may have.</param>
    public Task<PasskeyAddition> AddAsync(
        StoredBrowserSession session, byte[] credentialId, PasskeyData data, int most, CancellationToken cancellationToken) =>
        database.RunAsync(
            session.UserId,
            async transaction =>
            {
                // Two browsers that enrol at once are counted one after the other.
                await SessionStore.HoldUserAsync(transaction, session.UserId, cancellationToken);
                var count = await transaction.Call(CountSql).With(session.UserId).ListAsync(static row => row.Long(), cancellationToken);
                if (count[0] >= most)
                    return PasskeyAddition.TooMany;
                var inserted = await transaction.Call(_insertSql)
                    .With(credentialId)
                    .With(_json.Write(data))
                    .With(session.UserId)
                    .With(session.Id)
                    .With(session.SecurityStamp)
                    .ExecuteAsync(cancellationToken);
                if (inserted == 1)
                {
                    await RememberedBrowserStore.ForgetAllAsync(transaction, session.UserId, cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return PasskeyAddition.Added;
                }

                var others = await transaction.Call(ExistsSql).With(credentialId).ListAsync(static row => row.Guid(), cancellationToken);
                return others.Count > 0 ? PasskeyAddition.Taken : PasskeyAddition.SessionChanged;
            },
            cancellationToken);

    /// <summary>Changes what is stored of a passkey, unless somebody has changed it since it was read. One statement.</summary>
    /// <returns>False when it was changed or removed meanwhile: nothing was done.</returns>
    public async Task<bool> TryReplaceAsync(StoredPasskey passkey, PasskeyData data, CancellationToken cancellationToken) =>
        await database
            .Call(_replaceSql)
            .With(_json.Write(data))
            .With(passkey.CredentialId)
            .With(passkey.Text)
            .ExecuteAsync(cancellationToken) == 1;

    /// <summary>Removes a passkey of a user.</summary>
    /// <param name="sessionId">The session in which the user asks for it.</param>
    /// <returns>False when the user has no such passkey, or the session has ended: nothing was changed.</returns>
    public Task<bool> RemoveAsync(Guid userId, Guid sessionId, byte[] credentialId, CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                if (!await SessionStore.TryHoldOwnAsync(transaction, userId, sessionId, cancellationToken)
                    || !await RemoveAsync(transaction, userId, credentialId, cancellationToken))
                    return false;
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>The same inside a transaction that holds the row of the user.</summary>
    /// <returns>False when the user has no such passkey.</returns>
    public static async Task<bool> RemoveAsync(
        SqlTransaction transaction, Guid userId, byte[] credentialId, CancellationToken cancellationToken)
    {
        if (await transaction.Call(RemoveSql).With(credentialId).With(userId).ExecuteAsync(cancellationToken) != 1)
            return false;
        await RememberedBrowserStore.ForgetAllAsync(transaction, userId, cancellationToken);
        return true;
    }

    /// <summary>Removes the passkeys of a user that were added at a time or later, inside a transaction that does more.</summary>
    internal async Task RemoveSinceAsync(
        SqlTransaction transaction, Guid userId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var passkeys = await transaction.Call(OfUserSql).With(userId).ListAsync(
            row => ReadPasskey(row.Bytes("credential_id"), row.Guid("user_id"), row.Text("data")), cancellationToken);
        foreach (var passkey in passkeys.Where(passkey => passkey.Data.CreatedAt >= since))
            await transaction.Call(RemoveSql).With(passkey.CredentialId).With(userId).ExecuteAsync(cancellationToken);
    }

    private StoredPasskey ReadPasskey(byte[] credentialId, Guid userId, string text) => new(credentialId, userId, _json.Read(text), text);
}
