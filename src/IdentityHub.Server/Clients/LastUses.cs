using System.Collections.Concurrent;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage;

namespace IdentityHub.Server.Clients;

/// <summary>Stores in the background when credentials were last used, at most once a minute for each.</summary>
/// <typeparam name="TKey">Which credential. There are as many as the files and the database name: callers cannot make new ones.</typeparam>
internal abstract class LastUses<TKey>() : PeriodicFlushService(TimeSpan.FromSeconds(1))
    where TKey : IEquatable<TKey>
{
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TKey, DateTimeOffset> _written = [];
    private readonly ConcurrentDictionary<TKey, DateTimeOffset> _waiting = [];

    /// <summary>Notes that a credential was used.</summary>
    public void Note(TKey key, DateTimeOffset now)
    {
        if (!_written.TryGetValue(key, out var at) || at + Precision <= now)
            _waiting[key] = now;
    }

    /// <summary>Stores one use.</summary>
    protected abstract Task StoreAsync(TKey key, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Says that a use could not be stored; it is tried again.</summary>
    protected abstract void LogFailure(TKey key, Exception failure);

    protected sealed override async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var use in _waiting.ToArray())
        {
            try
            {
                await StoreAsync(use.Key, use.Value, cancellationToken);
                _written[use.Key] = use.Value;
                _waiting.TryRemove(use);
            }
            catch (Exception failure) when (!failure.IsCancellation(cancellationToken))
            {
                LogFailure(use.Key, failure);
                return;
            }
        }
    }
}
