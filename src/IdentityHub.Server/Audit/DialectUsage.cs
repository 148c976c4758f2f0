using IdentityHub.Server.Hosting;
using IdentityHub.Storage;
using IdentityHub.Storage.DialectUse;

namespace IdentityHub.Server.Audit;

/// <summary>
/// Counts who uses the older APIs. A call adds one in memory; what has come together is written every few seconds, and when the node
/// stops. A node that is killed loses the count of those seconds, which no decision hangs on.
/// </summary>
internal sealed class DialectUsage(DialectUseStore store, HubDatabase database, ILogger<DialectUsage> log)
    : PeriodicFlushService(TimeSpan.FromSeconds(2))
{
    private readonly Lock _counting = new();
    private Dictionary<(string Dialect, string ClientId, DateTimeOffset Day), DialectDay> _counted = [];

    /// <summary>Counts one call.</summary>
    public void Count(string dialect, string clientId, DateTimeOffset now) =>
        Add(
            new DialectDay
            {
                Dialect = dialect,
                ClientId = clientId,
                Day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero),
                Calls = 1,
                LastSeenAt = now,
            });

    private void Add(DialectDay counted)
    {
        lock (_counting)
        {
            if (!_counted.TryGetValue((counted.Dialect, counted.ClientId, counted.Day), out var known))
            {
                _counted[(counted.Dialect, counted.ClientId, counted.Day)] = counted;
                return;
            }

            known.Calls += counted.Calls;
            known.LastSeenAt = known.LastSeenAt < counted.LastSeenAt ? counted.LastSeenAt : known.LastSeenAt;
        }
    }

    // To its end: a write that is cancelled while it commits may have been done, and would be counted twice.
    protected override async Task WriteAsync(CancellationToken cancellationToken)
    {
        Dictionary<(string Dialect, string ClientId, DateTimeOffset Day), DialectDay> taken;
        lock (_counting)
            (taken, _counted) = (_counted, []);
        if (taken.Count == 0)
            return;

        try
        {
            await store.AddAsync(taken.Values, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // All or nothing was written: nothing of it is lost, and nothing counted twice.
            foreach (var day in taken.Values)
                Add(day);
            Log.UsageNotWritten(log, database.IsUnavailable(failure) ? "the database cannot be reached" : failure.GetType().Name);
        }
    }
}
