using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Storage.Consents;

/// <summary>
/// A client that may see something of a user: because the user agreed to it, or because it holds, or may collect, tokens of the user.
/// </summary>
/// <param name="Scopes">All of it, separated by one space.</param>
/// <param name="Since">When it began.</param>
/// <param name="IsRemembered">True when the user is not asked again.</param>
public sealed record ConnectedApplication(string ClientId, string Scopes, DateTimeOffset Since, bool IsRemembered);

/// <summary>What users have agreed to.</summary>
public sealed class ConsentStore(HubDatabase database)
{
    private const string FindSql = "SELECT scopes FROM consents WHERE user_id = $1 AND client_id = $2";

    // Holds the row, be it new, until the end of the transaction: of two consents at once the second builds on the first.
    private const string HoldSql =
        """
        INSERT INTO consents (user_id, client_id, scopes, granted_at) VALUES ($1, $2, '', $3)
        ON CONFLICT (user_id, client_id) DO UPDATE SET granted_at = excluded.granted_at
        RETURNING scopes
        """;

    private const string SaveSql = "UPDATE consents SET scopes = $3 WHERE user_id = $1 AND client_id = $2";

    private const string ListSql =
        $"""
        SELECT client_id, scopes, granted_at AS since, TRUE AS is_remembered FROM consents WHERE user_id = $1
        UNION ALL
        SELECT f.client_id, f.scopes, MIN(f.created_at), FALSE
        FROM refresh_token_families f JOIN sessions s ON s.id = f.session_id
        WHERE f.user_id = $1 AND f.revoked_at IS NULL AND f.expires_at > $2 AND s.expires_at > $2
          AND (s.ended_at IS NULL OR {OfflineAccess.OutlivesLogoutSql})
        GROUP BY f.client_id, f.scopes
        UNION ALL
        SELECT client_id, scopes, approved_at, FALSE FROM device_codes
        WHERE user_id = $1 AND approved_at IS NOT NULL AND denied_at IS NULL AND used_at IS NULL AND expires_at > $2
        """;

    private const string DeleteSql = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2";

    private const string RevokeFamiliesSql =
        $"""
        UPDATE refresh_token_families SET revoked_at = $3, revoke_reason = '{SessionEndReasons.ConsentWithdrawn}'
        WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL
        """;

    /// <summary>The scopes that the user has agreed to, separated by one space; null when there is no consent.</summary>
    public Task<string?> FindScopesAsync(Guid userId, string clientId, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(userId).With(clientId).FirstOrNullAsync(static row => row.Text(), cancellationToken);

    /// <summary>Remembers a consent. What the user has agreed to before, and was not asked about now, stays agreed to.</summary>
    /// <param name="sessionId">The session in which the user agrees.</param>
    /// <returns>False when the session has ended: nothing was changed.</returns>
    public Task<bool> TrySaveAsync(
        Guid userId, Guid sessionId, string clientId, IReadOnlyList<string> asked, IReadOnlyList<string> granted, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
                await SessionStore.TryHoldOwnAsync(transaction, userId, sessionId, cancellationToken)
                && await SaveAsync(transaction, userId, clientId, asked, granted, now, cancellationToken),
            cancellationToken);

    private static async Task<bool> SaveAsync(
        SqlTransaction transaction, Guid userId, string clientId, IReadOnlyList<string> asked, IReadOnlyList<string> granted,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var before = await transaction
            .Call(HoldSql)
            .With(userId)
            .With(clientId)
            .With(now)
            .ListAsync(static row => row.Text(), cancellationToken);
        var kept = (ScopeSet.Parse(before[0]) ?? []).Except(asked, StringComparer.Ordinal);
        await transaction
            .Call(SaveSql)
            .With(userId)
            .With(clientId)
            .With(ScopeSet.Format(kept.Concat(granted)))
            .ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The clients that may see something of the user, the newest first.</summary>
    public Task<IReadOnlyList<ConnectedApplication>> ListAsync(Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        ListAsync(database.Call, userId, now, cancellationToken);

    /// <summary>The same from the database or inside a transaction.</summary>
    public static async Task<IReadOnlyList<ConnectedApplication>> ListAsync(
        Func<string, Sql.SqlCall> call, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await call(ListSql)
            .With(userId)
            .With(now)
            .ListAsync(
                static row => new ConnectedApplication(
                    row.Text("client_id"), row.Text("scopes"), row.Time("since"), row.Bool("is_remembered")),
                cancellationToken);
        return
        [
            .. rows.GroupBy(row => row.ClientId, StringComparer.Ordinal)
                .Select(client => new ConnectedApplication(
                    client.Key,
                    ScopeSet.Format(client.SelectMany(row => ScopeSet.Parse(row.Scopes) ?? []).Distinct(StringComparer.Ordinal)),
                    client.Min(row => row.Since),
                    client.Any(row => row.IsRemembered)))
                .OrderByDescending(client => client.Since),
        ];
    }

    /// <summary>
    /// Withdraws the consent, and ends every grant (refresh family with its access tokens) that the client has of the user, or may still
    /// collect: all or nothing.
    /// </summary>
    /// <returns>False when there was neither.</returns>
    public Task<bool> WithdrawAsync(Guid userId, string clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.RunAsync(
            userId,
            async transaction =>
            {
                var withdrawn = await WithdrawAsync(transaction, userId, clientId, now, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return withdrawn;
            },
            cancellationToken);

    /// <summary>The same inside a transaction that does more.</summary>
    public static async Task<bool> WithdrawAsync(
        SqlTransaction transaction, Guid userId, string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SessionStore.HoldUserAsync(transaction, userId, cancellationToken);
        var pending = await PendingGrants.EndAsync(transaction, userId, clientId, now, cancellationToken);
        var revoked = await transaction.Call(RevokeFamiliesSql).With(userId).With(clientId).With(now).ExecuteAsync(cancellationToken);
        var deleted = await transaction.Call(DeleteSql).With(userId).With(clientId).ExecuteAsync(cancellationToken);
        return deleted + pending + revoked > 0;
    }
}
