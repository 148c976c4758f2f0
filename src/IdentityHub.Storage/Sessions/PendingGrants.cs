namespace IdentityHub.Storage.Sessions;

/// <summary>
/// What a user has agreed to and no client has collected yet: codes that were not redeemed, and approved devices that have not fetched
/// their tokens.
/// </summary>
internal static class PendingGrants
{
    // A row that is used at this moment is waited for, and left alone then: what it has become is ended by what comes after this.
    private const string ExpireCodesSql =
        """
        UPDATE authorization_codes SET expires_at = $1
        WHERE user_id = $2 AND used_at IS NULL AND expires_at > $1 AND (client_id = $3 OR $3 = '')
        """;

    private const string DenyDevicesSql =
        """
        UPDATE device_codes SET denied_at = $1
        WHERE user_id = $2 AND approved_at IS NOT NULL AND denied_at IS NULL AND used_at IS NULL AND expires_at > $1 AND (client_id = $3 OR $3 = '')
        """;

    /// <summary>
    /// Ends them. To be called before the families of the user are ended in the same transaction, so that nothing slips in between.
    /// </summary>
    /// <param name="clientId">Only those of this client; null for all.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> EndAsync(
        SqlTransaction transaction, Guid userId, string? clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.Call(ExpireCodesSql).With(now).With(userId).With(clientId ?? "").ExecuteAsync(cancellationToken)
        + await transaction.Call(DenyDevicesSql).With(now).With(userId).With(clientId ?? "").ExecuteAsync(cancellationToken);
}
