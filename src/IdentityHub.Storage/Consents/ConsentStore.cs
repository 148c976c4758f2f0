namespace IdentityHub.Storage.Consents;

/// <summary>What users have agreed to.</summary>
public sealed class ConsentStore(HubDatabase database)
{
    private const string FindSql = "SELECT scopes FROM consents WHERE user_id = $1 AND client_id = $2";

    private const string SaveSql =
        """
        INSERT INTO consents (user_id, client_id, scopes, granted_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id, client_id) DO UPDATE SET scopes = excluded.scopes, granted_at = excluded.granted_at
        """;

    private const string ListSql = "SELECT client_id, scopes, granted_at FROM consents WHERE user_id = $1 ORDER BY granted_at DESC";

    private const string DeleteSql = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2";

    private const string RevokeFamiliesSql =
        """
        UPDATE refresh_token_families SET revoked_at = $3, revoke_reason = 'consent_withdrawn'
        WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL
        """;

    /// <summary>The scopes that the user has agreed to, separated by one space; null when there is no consent.</summary>
    public Task<string?> FindScopesAsync(Guid userId, string clientId, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(userId).With(clientId).FirstOrNullAsync(static row => row.Text(0), cancellationToken);

    /// <summary>Remembers a consent; it takes the place of an earlier one.</summary>
    public Task SaveAsync(Consent consent, CancellationToken cancellationToken) =>
        database.Call(SaveSql).With(consent.UserId).With(consent.ClientId).With(consent.Scopes).With(consent.GrantedAt).ExecuteAsync(cancellationToken);

    /// <summary>All consents of a user, the newest first.</summary>
    public Task<List<Consent>> ListAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(ListSql).With(userId).ListAsync(
            row => new Consent { UserId = userId, ClientId = row.Text(0), Scopes = row.Text(1), GrantedAt = row.Time(2) }, cancellationToken);

    /// <summary>Withdraws the consent, and ends every grant (refresh family with its access tokens) that the client has of the user: all or nothing.</summary>
    /// <returns>False when there was neither.</returns>
    public async Task<bool> WithdrawAsync(Guid userId, string clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginAsync(cancellationToken);
        var deleted = await transaction.Call(DeleteSql).With(userId).With(clientId).ExecuteAsync(cancellationToken);
        var revoked = await transaction.Call(RevokeFamiliesSql).With(userId).With(clientId).With(now).ExecuteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return deleted + revoked > 0;
    }
}
