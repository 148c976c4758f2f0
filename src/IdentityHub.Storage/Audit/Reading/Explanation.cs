using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Storage.Audit.Reading;

/// <summary>Everything that the audit trail says about one request.</summary>
/// <param name="TraceId">32 lower-case hexadecimal digits.</param>
/// <param name="UserName">Null where the request names no user, or the user is gone.</param>
/// <param name="Reason">Why it was refused; null for a request that was not.</param>
/// <param name="ReasonMeans">The sentence of the catalogue.</param>
/// <param name="Detail">The private detail, which the caller was not told.</param>
/// <param name="Change">What to change.</param>
/// <param name="Checks">In their order; null where it was not refused, or the order is not known.</param>
/// <param name="Rows">Of the trace, the newest ones in the order in which they were made.</param>
/// <param name="Around">Of the same client or user, shortly before and after.</param>
/// <param name="MoreAround">True where there are more than these.</param>
/// <param name="MoreRows">True where the trace has older rows than these: its caller has used the id for many requests.</param>
public sealed record Explanation(
    string TraceId, DateTimeOffset At, string Endpoint, string? GrantType, string? ClientId, Guid? UserId, string? UserName,
    string? IpAddress, string? Generation,
    string? Reason, string? ReasonMeans, string? Detail, string? Change, IReadOnlyList<CheckResult>? Checks, IReadOnlyList<AuditRow> Rows,
    IReadOnlyList<AuditRow> Around,
    bool MoreAround, bool MoreRows)
{
    /// <summary>How far before and after the request rows are shown.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(5);

    /// <summary>More rows of it are not shown.</summary>
    public const int MostRows = 200;

    /// <summary>More rows around it are not shown.</summary>
    public const int MostAround = 50;

    /// <summary>Reads what there is of one request.</summary>
    /// <param name="nameOf">Reads the user name of a user; null where there is none.</param>
    /// <param name="only">Only rows about this user; null for all rows.</param>
    /// <returns>Null where there is no row of the trace.</returns>
    public static async Task<Explanation?> FindAsync(
        AuditReader reader, Guid traceId, Func<Guid, CancellationToken, Task<string?>> nameOf, Guid? only,
        CancellationToken cancellationToken)
    {
        var found = await reader.ListOfTraceAsync(traceId, only, MostRows + 1, cancellationToken);
        if (found.Count == 0)
            return null;
        var rows = found.Skip(found.Count - MostRows).ToList();

        // A trace may go over months: what is around it is around its refusal.
        var at = MainOf(rows).At;
        var user = rows.Select(row => row.UserId).FirstOrDefault(id => id is not null);
        var client = only is null ? rows.Select(row => row.ClientId).FirstOrDefault(id => id is not null) : null;
        var around = await reader.ListAroundAsync(
            client, user, at - Span, at + Span, traceId, MostAround + 1, cancellationToken);
        return Of(rows, around, user is { } id ? await nameOf(id, cancellationToken) : null) with { MoreRows = found.Count > MostRows };
    }

    // A request that is refused may have written other rows before, such as that of a revoked family: the last one with a reason is the
    // refusal.
    private static AuditEvent MainOf(IReadOnlyList<AuditEvent> rows) => rows.LastOrDefault(row => row.Reason is not null) ?? rows[^1];

    /// <param name="rows">Of the trace, at least one.</param>
    /// <param name="around">At most one more than <see cref="MostAround"/>.</param>
    private static Explanation Of(IReadOnlyList<AuditEvent> rows, IReadOnlyList<AuditEvent> around, string? userName)
    {
        var main = MainOf(rows);
        var reason = main.Reason;
        return new Explanation(
            TraceIds.Format(main.TraceId), main.At, main.Endpoint, First(row => row.GrantType), First(row => row.ClientId),
            rows.Select(row => row.UserId).FirstOrDefault(id => id is not null),
            userName,
            First(row => row.IpAddress),
            main.Generation,
            reason,
            reason is null ? null : ReasonText.Describe(reason), main.Detail, reason is null ? null : Remedies.Find(reason),
            reason is null ? null : CheckLists.Judge(main.Endpoint, main.GrantType, reason),
            [.. rows.Select(AuditRow.Of)],
            [.. around.Take(MostAround).Select(AuditRow.Of)],
            around.Count > MostAround, MoreRows: false);

        string? First(Func<AuditEvent, string?> read) => read(main) ?? rows.Select(read).FirstOrDefault(value => value is not null);
    }
}
