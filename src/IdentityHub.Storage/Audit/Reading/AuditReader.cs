using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage.Audit.Reading;

/// <summary>Reads the audit trail.</summary>
public sealed class AuditReader(HubDatabase database)
{
    // The index of the time is a block range index on PostgreSQL. It finds the rows of a span, and not the newest ones: so spans are asked
    // for, each larger than the one before.
    private static readonly TimeSpan FirstSpan = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(30);
    private const int Growth = 4;

    // Rows of an export that are in memory at once.
    private const int Batch = 1000;

    // The finest difference of two times that both databases keep.
    private static readonly TimeSpan Smallest = TimeSpan.FromMicroseconds(1);

    // A row may carry the time of a node whose clock is ahead.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    /// <summary>The newest rows that meet the filter, the newest one first.</summary>
    /// <param name="most">No more than these.</param>
    public async Task<IReadOnlyList<AuditEvent>> ListNewestAsync(
        AuditFilter filter, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        if (filter.IsSelective)
            return await NewestFirst(filter.ApplyTo(context.AuditEvents)).Take(most).ToListAsync(cancellationToken);

        var found = new List<AuditEvent>();
        var end = filter.To ?? now + Ahead;
        if (filter.Before is var (last, _) && last + Smallest < end)
            end = last + Smallest;
        for (var span = FirstSpan; found.Count < most; span *= Growth)
        {
            DateTimeOffset? begin = span > LongestSpan ? filter.From : end - span;
            if (begin is not null && filter.From is { } first && begin <= first)
                begin = first;
            var part = filter with { From = begin, To = end };
            found.AddRange(await NewestFirst(part.ApplyTo(context.AuditEvents)).Take(most - found.Count).ToListAsync(cancellationToken));
            if (begin is null || begin == filter.From)
                break;
            end = begin.Value;
        }

        return found;
    }

    /// <summary>All rows of some types, the oldest one first. May take long: no request waits for it.</summary>
    /// <param name="types">Types of events, e.g. <c>user.erased</c>.</param>
    /// <param name="from">The first time that is wanted.</param>
    public async IAsyncEnumerable<AuditEvent> ReadAsync(
        IReadOnlyCollection<string> types, DateTimeOffset from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        context.Database.SetCommandTimeout(0);
        string[] wanted = [.. types];
        var rows = context.AuditEvents.AsNoTracking()
            .Where(row => row.At >= from && wanted.Contains(row.Type))
            .OrderBy(row => row.At).ThenBy(row => row.Id);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return row;
    }

    /// <summary>
    /// Every row that meets the filter, the oldest one first, read while it is used: a batch at a time, and between two of them no
    /// connection is held.
    /// </summary>
    /// <param name="now">Rows that are made later are left out.</param>
    public async IAsyncEnumerable<AuditEvent> StreamAsync(
        AuditFilter filter, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = filter.To ?? now + Ahead;
        if ((filter.From ?? await FindOldestAsync(cancellationToken)) is not { } begin)
            yield break;
        (DateTimeOffset, Guid)? last = null;
        for (var span = FirstSpan; begin < end;)
        {
            // Where an index answers, the span is all that is left.
            var next = filter.IsSelective || end - begin <= span ? end : begin + span;
            var rows = await ReadAsync(filter with { From = begin, To = next, After = last }, cancellationToken);
            foreach (var row in rows)
                yield return row;
            if (rows is { Count: Batch } and [.., var behind])
            {
                (begin, last) = (behind.At, (behind.At, behind.Id));
                span = span / Growth > Smallest ? span / Growth : Smallest;
            }
            else
            {
                begin = next;
                span = span * Growth < LongestSpan ? span * Growth : LongestSpan;
            }
        }
    }

    private async Task<List<AuditEvent>> ReadAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        return await filter.ApplyTo(context.AuditEvents.AsNoTracking())
            .OrderBy(row => row.At).ThenBy(row => row.Id).Take(Batch).ToListAsync(cancellationToken);
    }

    private async Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        return await context.AuditEvents.OrderBy(row => row.At).Select(row => (DateTimeOffset?)row.At)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// The newest rows of one trace in the order in which they were made. Callers choose their trace ids, so a trace may have any number.
    /// </summary>
    /// <param name="userId">Only rows about this user; null for all.</param>
    /// <param name="most">No more than these.</param>
    public async Task<IReadOnlyList<AuditEvent>> ListOfTraceAsync(
        Guid traceId, Guid? userId, int most, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var rows = await NewestFirst(new AuditFilter { TraceId = traceId, UserId = userId }.ApplyTo(context.AuditEvents))
            .Take(most).ToListAsync(cancellationToken);
        rows.Reverse();
        return rows;
    }

    /// <summary>The user that the first row of a trace with a user is about; null for none.</summary>
    public async Task<Guid?> FindUserOfTraceAsync(Guid traceId, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        return await context.AuditEvents.Where(row => row.TraceId == traceId && row.UserId != null)
            .OrderBy(row => row.At).ThenBy(row => row.Id).Select(row => row.UserId).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The rows of a client or of a user in a span of time, the earliest one first.</summary>
    /// <param name="clientId">Null for no client.</param>
    /// <param name="userId">Null for no user.</param>
    /// <param name="except">The trace whose rows are left out.</param>
    /// <param name="most">No more than these.</param>
    public async Task<IReadOnlyList<AuditEvent>> ListAroundAsync(
        string? clientId, Guid? userId, DateTimeOffset from, DateTimeOffset to, Guid except, int most, CancellationToken cancellationToken)
    {
        if (clientId is null && userId is null)
            return [];
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        return await context.AuditEvents.AsNoTracking()
            .Where(row =>
                row.At >= from
                && row.At < to
                && row.TraceId != except
                && ((clientId != null && row.ClientId == clientId) || (userId != null && row.UserId == userId)))
            .OrderBy(row => row.At).ThenBy(row => row.Id).Take(most).ToListAsync(cancellationToken);
    }

    private static IQueryable<AuditEvent> NewestFirst(IQueryable<AuditEvent> rows) =>
        rows.AsNoTracking().OrderByDescending(row => row.At).ThenByDescending(row => row.Id);
}
