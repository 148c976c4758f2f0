using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage.Audit.Reading;

/// <summary>
/// Reads what comes into the audit trail. Rows become visible in another order than that of their times: nodes write in batches, their
/// clocks differ, and refusals that share a row are written when their minute has passed. So each look begins well before the end of the
/// look before it, and leaves out the rows that were given already. Not thread-safe.
/// </summary>
public sealed class AuditFollower(HubDatabase database, AuditFilter filter)
{
    /// <summary>How far most looks go back.</summary>
    public static readonly TimeSpan ShortLook = TimeSpan.FromSeconds(10);

    /// <summary>How far every tenth look goes back. A row that becomes visible later than this after its time is not seen.</summary>
    public static readonly TimeSpan LongLook = TimeSpan.FromMinutes(5);

    private const int LooksPerLongOne = 10;

    private readonly Dictionary<Guid, DateTimeOffset> _given = [];
    private DateTimeOffset _lastLook;
    private DateTimeOffset _lastLongLook;
    private int _looks;

    /// <summary>Begins: the newest rows that are there, in the order of their times.</summary>
    /// <param name="most">No more than these; 0 for none.</param>
    public async Task<IReadOnlyList<AuditEvent>> BeginAsync(int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // First what is there, then the newest of it: a row that becomes visible in between is given, now or at the next look.
        foreach (var row in await ReadAsync(now - LongLook, cancellationToken))
            _given[row.Id] = row.At;
        (_lastLook, _lastLongLook) = (now, now);
        if (most == 0)
            return [];
        var newest = await new AuditReader(database).ListNewestAsync(filter, most, now, cancellationToken);
        foreach (var row in newest)
            _given[row.Id] = row.At;
        return [.. newest.Reverse()];
    }

    /// <summary>The rows that became visible since the last look, in the order of their times. A look that fails loses nothing.</summary>
    public async Task<IReadOnlyList<AuditEvent>> LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A clock that was set back: what is written now has earlier times than the looks before.
        _lastLook = now < _lastLook ? now : _lastLook;
        _lastLongLook = now < _lastLongLook ? now : _lastLongLook;

        // After looks that failed, a long one: what was kept waiting is written now, with the times at which it happened.
        var isLong = ++_looks % LooksPerLongOne == 0 || now - _lastLook > ShortLook;
        var rows = await ReadAsync(isLong ? _lastLongLook - LongLook : _lastLook - ShortLook, cancellationToken);
        _lastLook = now;
        if (isLong)
        {
            foreach (var id in _given.Where(given => given.Value < _lastLongLook - LongLook).Select(given => given.Key).ToList())
                _given.Remove(id);
            _lastLongLook = now;
        }

        return [.. rows.Where(row => _given.TryAdd(row.Id, row.At))];
    }

    private async Task<List<AuditEvent>> ReadAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        return await (filter with { From = from, To = null }).ApplyTo(context.AuditEvents.AsNoTracking())
            .OrderBy(row => row.At).ThenBy(row => row.Id).ToListAsync(cancellationToken);
    }
}
