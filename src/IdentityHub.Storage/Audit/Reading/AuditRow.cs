namespace IdentityHub.Storage.Audit.Reading;

/// <summary>An audit row as JSON shows it.</summary>
/// <param name="TraceId">32 lower-case hexadecimal digits.</param>
/// <param name="Event">Its type, e.g. <c>token.issued</c>.</param>
public sealed record AuditRow(
    DateTimeOffset At, string Event, string Endpoint, string? GrantType, string? ClientId, Guid? UserId, Guid? SessionId, string? Reason,
    string? Detail,
    string? IpAddress, string TraceId, string? Generation)
{
    public static AuditRow Of(AuditEvent row) => new(
        row.At, row.Type, row.Endpoint, row.GrantType, row.ClientId, row.UserId, row.SessionId, row.Reason, row.Detail, row.IpAddress,
        TraceIds.Format(row.TraceId),
        row.Generation);
}
