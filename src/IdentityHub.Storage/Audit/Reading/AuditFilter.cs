namespace IdentityHub.Storage.Audit.Reading;

/// <summary>Which audit rows are wanted: all that meet every condition that is not null.</summary>
public sealed record AuditFilter
{
    /// <summary>What the caller claimed to be, as the row has it.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user that the row is about.</summary>
    public Guid? UserId { get; init; }

    /// <summary>A reason of the catalogue.</summary>
    public string? Reason { get; init; }

    /// <summary>The endpoint without its leading slash, e.g. <c>connect/token</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The type of the event, e.g. <c>token.issued</c>.</summary>
    public string? Type { get; init; }

    /// <summary>True: only rows with a reason, of refusals and failures. False: only rows without one.</summary>
    public bool? HasReason { get; init; }

    /// <summary>The trace of one request.</summary>
    public Guid? TraceId { get; init; }

    /// <summary>The first time that is wanted. UTC.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first time that is not wanted any more. UTC.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only rows behind this one in the order of the newest first: the end of the page before.</summary>
    public (DateTimeOffset At, Guid Id)? Before { get; init; }

    /// <summary>Only rows behind this one in the order of the oldest first.</summary>
    public (DateTimeOffset At, Guid Id)? After { get; init; }

    /// <summary>True where an index finds the rows without reading all of a time.</summary>
    public bool IsSelective => UserId is not null || Reason is not null || TraceId is not null;

    internal IQueryable<AuditEvent> ApplyTo(IQueryable<AuditEvent> rows)
    {
        if (TraceId is { } trace)
            rows = rows.Where(row => row.TraceId == trace);
        if (ClientId is { } client)
            rows = rows.Where(row => row.ClientId == client);
        if (UserId is { } user)
            rows = rows.Where(row => row.UserId == user);
        if (Reason is { } reason)
            rows = rows.Where(row => row.Reason == reason);
        if (Endpoint is { } endpoint)
            rows = rows.Where(row => row.Endpoint == endpoint);
        if (Type is { } type)
            rows = rows.Where(row => row.Type == type);
        if (HasReason is { } hasReason)
            rows = hasReason ? rows.Where(row => row.Reason != null) : rows.Where(row => row.Reason == null);
        if (From is { } from)
            rows = rows.Where(row => row.At >= from);
        if (To is { } to)
            rows = rows.Where(row => row.At < to);
        if (Before is var (at, id))
            rows = rows.Where(row => row.At < at || (row.At == at && row.Id.CompareTo(id) < 0));
        if (After is var (lastAt, lastId))
            rows = rows.Where(row => row.At > lastAt || (row.At == lastAt && row.Id.CompareTo(lastId) > 0));
        return rows;
    }
}
