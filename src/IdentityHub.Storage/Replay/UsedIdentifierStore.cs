namespace IdentityHub.Storage.Replay;

/// <summary>Makes an identifier single use over all nodes.</summary>
public sealed class UsedIdentifierStore(HubDatabase database)
{
    // A database that was restored has forgotten what was used since its backup. What may have been used before the restore is refused.
    private const string UseSql =
        """
        INSERT INTO used_identifiers (identifier_hash, expires_at)
        SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM installation_marks WHERE name = 'restored' AND at > $3)
        ON CONFLICT (identifier_hash) DO NOTHING
        """;

    private const string BeforeRestoreSql = "SELECT 1 FROM installation_marks WHERE name = 'restored' AND at > $1";

    /// <summary>Uses the identifier up. Call it last, after the signature was checked, so that a forged copy uses nothing up.</summary>
    /// <param name="identifierHash">SHA-256 of issuer, use and identifier.</param>
    /// <param name="earliestUse">Before this moment it cannot have been accepted by any node: its issue, less the skew of clocks.</param>
    /// <param name="expiresAt">When the identifier would be refused anyway; bounded by the caller.</param>
    /// <returns>False when it was used before, or may have been before the database was restored.</returns>
    public async Task<bool> TryUseAsync(
        byte[] identifierHash, DateTimeOffset earliestUse, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        await database.Call(UseSql).With(identifierHash).With(expiresAt).With(earliestUse).ExecuteAsync(cancellationToken) == 1;

    /// <summary>Why an identifier was refused: true where it may have been used before the database was restored.</summary>
    /// <param name="earliestUse">As for <see cref="TryUseAsync"/>.</param>
    public async Task<bool> IsBeforeRestoreAsync(DateTimeOffset earliestUse, CancellationToken cancellationToken) =>
        (await database.Call(BeforeRestoreSql).With(earliestUse).ListAsync(static row => row.Int(), cancellationToken)).Count > 0;
}
