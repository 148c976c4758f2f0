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

    /// <summary>Writes the row after a change that has no transaction of its own.</summary>
    /// <inheritdoc cref="WriteAsync(SqlTransaction, string, Guid?, Guid?, string, CancellationToken, string?)"/>
    public static Task WriteAsync(
        HubDatabase database, string type, Guid? userId, Guid? sessionId, string detail, CancellationToken cancellationToken) =>
        database.WriteAuditAsync([RowOf(type, userId, sessionId, clientId: null, detail)], cancellationToken);

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
