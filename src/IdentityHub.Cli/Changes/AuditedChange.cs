using IdentityHub.Storage;
using IdentityHub.Storage.Audit;

namespace IdentityHub.Cli.Changes;

/// <summary>Writes into the audit trail what a command has changed.</summary>
internal static class AuditedChange
{
    private const string Endpoint = "hub";

    /// <param name="type">Type of the event, e.g. <c>user.disabled</c>.</param>
    /// <param name="detail">What was changed, as a sentence without its full stop. Never a secret.</param>
    public static Task WriteAsync(
        HubDatabase database, string type, Guid? userId, Guid? sessionId, string detail, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var row = new AuditEvent
        {
            Id = Guid.CreateVersion7(now),
            TraceId = Guid.CreateVersion7(now),
            At = now,
            Type = type,
            Endpoint = Endpoint,
            UserId = userId,
            SessionId = sessionId,
            Detail = detail,
        };
        return database.WriteAuditAsync([row], cancellationToken);
    }
}
