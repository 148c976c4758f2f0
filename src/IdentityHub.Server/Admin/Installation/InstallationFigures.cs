using System.Collections.Concurrent;
using System.Diagnostics;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>Figures of one hour or day.</summary>
/// <param name="From">Its begin, UTC.</param>
/// <param name="Figures">Null where it has not been counted yet.</param>
internal sealed record CountedSpan(DateTimeOffset From, SpanFigures? Figures);

/// <summary>
/// Figures of the last 24 hours and 30 days, from the audit trail. What is over is counted once on a node and remembered; what is not
/// counted within the time of one request is counted by the next one.
/// </summary>
internal sealed class InstallationFigures(AuditFigures audit)
{
    // Rows are written in batches, and by nodes whose clocks differ.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestCount = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(DateTimeOffset From, TimeSpan Length), SpanFigures> _known = [];

    /// <summary>The last 24 hours, the first one first; the last one is not over.</summary>
    public Task<IReadOnlyList<CountedSpan>> HoursAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        CountAsync(Hour, 24, now, cancellationToken);

    /// <summary>The last 30 days, UTC.</summary>
    public Task<IReadOnlyList<CountedSpan>> DaysAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        CountAsync(Day, 30, now, cancellationToken);

    private async Task<IReadOnlyList<CountedSpan>> CountAsync(
        TimeSpan length, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % length.Ticks), TimeSpan.Zero);
        var begin = Stopwatch.GetTimestamp();
        var spans = new List<CountedSpan>();

        // The newest first: they are what is looked at.
        for (var i = 0; i < count; i++)
        {
            var from = last - (i * length);
            spans.Add(new CountedSpan(from, await FindAsync(from, length, begin, now, cancellationToken)));
        }

        foreach (var old in _known.Keys.Where(span => span.Length == length && span.From < last - (count * length)).ToList())
            _known.TryRemove(old, out _);
        spans.Reverse();
        return spans;
    }

    private async Task<SpanFigures?> FindAsync(
        DateTimeOffset from, TimeSpan length, long begin, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((from, length), out var known))
            return known;
        if (Stopwatch.GetElapsedTime(begin) > LongestCount)
            return null;
        var counted = await audit.CountAsync(from, from + length, cancellationToken);
        if (from + length + Settled < now)
            _known[(from, length)] = counted;
        return counted;
    }
}
