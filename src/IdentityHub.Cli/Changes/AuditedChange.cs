using IdentityHub.Storage;
using IdentityHub.Storage.Audit;

namespace IdentityHub.Cli.Changes;

/// <summary>Writes into the audit trail what a command has changed.</summary>
internal static class AuditedChange
{
    private const string Endpoint = "hub";

    /// <summary>Writes the row in the transaction of the change: both or neither.</summary>
    /// <param name="type">Type of the event, e.g. <c>user.disabled</c>.</param>
    /// <param name="detail">What was changed, as a sentence without its full stop. Never a secret.</param>
    public static Task WriteAsync(
        SqlTransaction transaction, string type, Guid? userId, Guid? sessionId, string detail, CancellationToken cancellationToken,
        string? clientId = null) =>
        transaction.AddAuditAsync(RowOf(type, userId, sessionId, clientId, detail), cancellationToken);

    /// <summary>The row itself, for a change that Entity Framework Core writes: it is added to the same context.</summary>
    /// <inheritdoc cref="WriteAsync(SqlTransaction, string, Guid?, Guid?, string, CancellationToken, string?)"/>
    public static AuditEvent RowOf(string type, Guid? userId, string detail) =>
        RowOf(type, userId, sessionId: null, clientId: null, detail);

    private static AuditEvent RowOf(string type, Guid? userId, Guid? sessionId, string? clientId, string detail)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new AuditEvent
        {
            Id = Guid.CreateVersion7(now),
            TraceId = Guid.CreateVersion7(now),
            At = now,
            Type = type,
            Endpoint = Endpoint,
            ClientId = clientId,
            UserId = userId,
            SessionId = sessionId,
            Detail = detail,
        };
    }
}
