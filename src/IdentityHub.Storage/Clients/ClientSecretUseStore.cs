namespace IdentityHub.Storage.Clients;

/// <summary>When the secrets of clients were last used. Remembered as long as the audit trail.</summary>
public sealed class ClientSecretUseStore(HubDatabase database)
{
    private const string WriteSql =
        """
        INSERT INTO client_secret_uses (client_id, fingerprint, last_used_at) VALUES ($1, $2, $3)
        ON CONFLICT (client_id, fingerprint) DO UPDATE SET last_used_at = excluded.last_used_at
        WHERE client_secret_uses.last_used_at < excluded.last_used_at
        """;

    private const string ListSql = "SELECT fingerprint, last_used_at FROM client_secret_uses WHERE client_id = $1";

    /// <summary>Notes that a secret was used; an earlier time than the stored one changes nothing.</summary>
    public Task WriteAsync(ClientSecretUse use, CancellationToken cancellationToken) =>
        database.Call(WriteSql).With(use.ClientId).With(use.Fingerprint).With(use.LastUsedAt).ExecuteAsync(cancellationToken);

    /// <summary>When the secrets of a client were last used, by their fingerprints. A secret that was not used is not in it.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(string clientId, CancellationToken cancellationToken)
    {
        var uses = await database
            .Call(ListSql)
            .With(clientId)
            .ListAsync(static row => (Fingerprint: row.Text("fingerprint"), At: row.Time("last_used_at")), cancellationToken);
        return uses.ToDictionary(use => use.Fingerprint, use => use.At, StringComparer.Ordinal);
    }
}
