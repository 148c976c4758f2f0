namespace IdentityHub.Storage.Replay;

/// <summary>Makes an identifier single use over all nodes.</summary>
public sealed class UsedIdentifierStore(HubDatabase database)
{
    private const string UseSql =
        """
        INSERT INTO used_identifiers (identifier_hash, expires_at) VALUES ($1, $2)
        ON CONFLICT (identifier_hash) DO NOTHING
        """;

    /// <summary>Uses the identifier up. Call it last, after the signature was checked, so that a forged copy uses nothing up.</summary>
    /// <param name="identifierHash">SHA-256 of issuer, use and identifier.</param>
    /// <param name="expiresAt">When the identifier would be refused anyway; bounded by the caller.</param>
    /// <returns>False when it was used before.</returns>
    public async Task<bool> TryUseAsync(byte[] identifierHash, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        await database.Call(UseSql).With(identifierHash).With(expiresAt).ExecuteAsync(cancellationToken) == 1;
}
