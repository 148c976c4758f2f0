using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>Figures of one hour or day.</summary>
/// <param name="From">Its begin, UTC.</param>
/// <param name="Figures">Null where it is not counted now.</param>
internal sealed record CountedSpan(DateTimeOffset From, SpanFigures? Figures);

/// <summary>
/// Figures of the last 24 hours and 30 days, from the audit trail. What is over is counted once on a node and remembered; what is not over
/// is counted again after some seconds, however many look at it. One look counts at a time, for two seconds at most; what it does not
/// reach is not counted now, and the next look goes on. A day that is not over, or takes too long, is the sum of its hours.
/// </summary>
internal sealed class InstallationFigures(AuditFigures audit) : IDisposable
{
    // Rows are written in batches, and by nodes whose clocks differ.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestCount = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private const int MostDays = 30;

    private readonly ConcurrentDictionary<(DateTimeOffset From, TimeSpan Length), Known> _known = [];

    // One at a time on a node; what follows is of the one whose turn it is.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<DateTimeOffset> _slowDays = [];

    /// <summary>The last 24 hours, the first one first; the last one is not over.</summary>
    public Task<IReadOnlyList<CountedSpan>> HoursAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ListAsync(Hour, 24, now, cancellationToken);

    /// <summary>The last 30 days, UTC.</summary>
    public Task<IReadOnlyList<CountedSpan>> DaysAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ListAsync(Day, MostDays, now, cancellationToken);

    public void Dispose() => _turn.Dispose();

    private async Task<IReadOnlyList<CountedSpan>> ListAsync(
        TimeSpan length, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The newest first: they are what is looked at.
        var last = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % length.Ticks), TimeSpan.Zero);
        var begins = Enumerable.Range(0, count).Select(i => last - (i * length)).ToList();
        if (begins.Any(from => !IsKnown(from, length, now)) && await _turn.WaitAsync(LongestCount, cancellationToken))
        {
            try
            {
                await CountAllAsync(begins, length, now, cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
        }

        return [.. begins.Select(from => new CountedSpan(from, Find(from, length, now))).Reverse()];
    }

    private async Task CountAllAsync(
        IEnumerable<DateTimeOffset> begins, TimeSpan length, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestCount);
        foreach (var from in begins)
        {
            await CountAsync(from, length, now, patience.Token);
            cancellationToken.ThrowIfCancellationRequested();
        }

        foreach (var old in _known.Keys.Where(span => span.From < now - ((MostDays + 1) * Day)).ToList())
            _known.TryRemove(old, out _);
        _slowDays.RemoveWhere(day => day < now - ((MostDays + 1) * Day));
    }

    private async Task CountAsync(DateTimeOffset from, TimeSpan length, DateTimeOffset now, CancellationToken patience)
    {
        if (IsKnown(from, length, now) || patience.IsCancellationRequested)
            return;
        if (length == Day && (!IsSettled(from, Day, now) || _slowDays.Contains(from)))
        {
            await SumAsync(from, now, patience);
            return;
        }

        var begin = Stopwatch.GetTimestamp();
        try
        {
            Remember(from, length, await audit.CountAsync(from, from + length, patience), now);
        }
        catch (Exception failure) when (IsOfTime(failure, patience))
        {
            // One that had the time of the others is not to blame.
            if (Stopwatch.GetElapsedTime(begin) < LongestCount / 2)
                return;
            if (length == Day)
                _slowDays.Add(from);
            else
                _known[(from, length)] = new Known(null, now + LeftAlone);
        }
    }

    private async Task SumAsync(DateTimeOffset day, DateTimeOffset now, CancellationToken patience)
    {
        var hours = Enumerable.Range(0, 24).Select(i => day + (i * Hour)).Where(hour => hour <= now).Reverse().ToList();
        foreach (var hour in hours)
            await CountAsync(hour, Hour, now, patience);
        var counted = hours.Select(hour => Find(hour, Hour, now)).OfType<SpanFigures>().ToList();
        if (counted.Count == hours.Count)
            Remember(day, Day, SpanFigures.Sum(counted), now);
    }

    private void Remember(DateTimeOffset from, TimeSpan length, SpanFigures figures, DateTimeOffset now) =>
        _known[(from, length)] = new Known(figures, IsSettled(from, length, now) ? DateTimeOffset.MaxValue : now + Shared);

    private bool IsKnown(DateTimeOffset from, TimeSpan length, DateTimeOffset now) =>
        _known.TryGetValue((from, length), out var known) && known.Until > now;

    private SpanFigures? Find(DateTimeOffset from, TimeSpan length, DateTimeOffset now) =>
        _known.TryGetValue((from, length), out var known) && known.Until > now ? known.Figures : null;

    private static bool IsSettled(DateTimeOffset from, TimeSpan length, DateTimeOffset now) => from + length + Settled < now;

    private static bool IsOfTime(Exception failure, CancellationToken patience) =>
        failure is DbException { InnerException: TimeoutException }
        || (failure is OperationCanceledException && patience.IsCancellationRequested);

    /// <param name="Figures">Null: it takes too long, and is left alone for a while.</param>
    /// <param name="Until">When it is counted again.</param>
    private sealed record Known(SpanFigures? Figures, DateTimeOffset Until);
}
