using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.PushedRequests;

/// <summary>Authorization requests that clients have pushed. RFC 9126 §2.</summary>
public sealed class PushedRequestStore(HubDatabase database)
{
    private const string InsertSql =
        "INSERT INTO pushed_requests (request_hash, client_id, wrapped_parameters, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";

    private const string FindSql =
        "SELECT client_id, wrapped_parameters, created_at, expires_at, used_at FROM pushed_requests WHERE request_hash = $1";

    private const string UseSql = "UPDATE pushed_requests SET used_at = $1 WHERE request_hash = $2 AND used_at IS NULL AND expires_at > $1";

    private const string ProlongSql =
        "UPDATE pushed_requests SET expires_at = $1 WHERE request_hash = $2 AND created_at > $3 AND used_at IS NULL AND expires_at < $1";

    /// <summary>Stores a request.</summary>
    public Task InsertAsync(PushedRequest request, CancellationToken cancellationToken) =>
        InsertAsync(database.Call, request, cancellationToken);

    /// <summary>Stores a request inside a transaction.</summary>
    public static Task InsertAsync(SqlTransaction transaction, PushedRequest request, CancellationToken cancellationToken) =>
        InsertAsync(transaction.Call, request, cancellationToken);

    /// <summary>The request with this hash, valid or not; null when there is none.</summary>
    public Task<PushedRequest?> FindAsync(byte[] requestHash, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(requestHash).FirstOrNullAsync(
            row => new PushedRequest
            {
                RequestHash = requestHash,
                ClientId = row.Text("client_id"),
                WrappedParameters = row.Bytes("wrapped_parameters"),
                CreatedAt = row.Time("created_at"),
                ExpiresAt = row.Time("expires_at"),
                UsedAt = row.TimeOrNull("used_at"),
            },
            cancellationToken);

    /// <summary>
    /// Lets a request live until <paramref name="end"/>, unless it was stored before <paramref name="createdAfter"/>, was used, or lives
    /// longer.
    /// </summary>
    public Task ProlongAsync(byte[] requestHash, DateTimeOffset createdAfter, DateTimeOffset end, CancellationToken cancellationToken) =>
        database.Call(ProlongSql).With(end).With(requestHash).With(createdAfter).ExecuteAsync(cancellationToken);

    /// <summary>Uses the request up, inside the transaction that issues what it asked for.</summary>
    /// <returns>False when it was used before or has expired.</returns>
    internal static async Task<bool> TryUseAsync(
        SqlTransaction transaction, byte[] requestHash, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.Call(UseSql).With(now).With(requestHash).ExecuteAsync(cancellationToken) == 1;

    private static Task<int> InsertAsync(Func<string, SqlCall> call, PushedRequest request, CancellationToken cancellationToken) =>
        call(InsertSql)
            .With(request.RequestHash)
            .With(request.ClientId)
            .With(request.WrappedParameters)
            .With(request.CreatedAt)
            .With(request.ExpiresAt)
            .ExecuteAsync(cancellationToken);
}
