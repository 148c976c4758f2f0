using System.Collections.Concurrent;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>
/// Gathers when sessions were seen and stores it in the background, many in one statement. A session that is used a hundred times a
/// second is stored once a minute; its idle time counts from there, and so ends up to a minute early.
/// </summary>
internal sealed class SeenSessions(SeenSessionStore store, HubDatabase database, ILogger<SeenSessions> log)
    : PeriodicFlushService(TimeSpan.FromSeconds(1))
{
    /// <summary>A session that was written down within this time is not written down again.</summary>
    public static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    private const int MaxWaiting = 500_000;

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _waiting = new();
    private int _count;

    /// <summary>Sessions that are not written down yet.</summary>
    public int Waiting => Volatile.Read(ref _count);

    /// <summary>Notes that a session is seen now.</summary>
    /// <returns>The session as it is from now on.</returns>
    public StoredLoginSession Note(StoredLoginSession session, DateTimeOffset now)
    {
        if (session.LastSeenAt + Precision > now)
            return session;

        // No request waits for it: what does not fit while the database is down is noted the next time.
        if (Volatile.Read(ref _count) < MaxWaiting && _waiting.TryAdd(session.Id, now))
            Interlocked.Increment(ref _count);
        return session with { LastSeenAt = now };
    }

    protected override async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var batch in _waiting.ToArray().Chunk(SeenSessionStore.BatchSize))
        {
            try
            {
                await store.WriteAsync(batch, cancellationToken);
            }
            catch (Exception failure) when (!failure.IsCancellation(cancellationToken))
            {
                Log.SeenNotWritten(log, batch.Length, failure, database.IsUnavailable(failure));
                return;
            }

            // Not those that were seen again meanwhile: they cannot be, until the row says so.
            foreach (var (id, _) in batch)
            {
                if (_waiting.TryRemove(id, out _))
                    Interlocked.Decrement(ref _count);
            }
        }
    }
}
