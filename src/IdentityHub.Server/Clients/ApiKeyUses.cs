using System.Collections.Concurrent;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage;
using IdentityHub.Storage.ApiKeys;

namespace IdentityHub.Server.Clients;

/// <summary>Stores in the background when API keys were last used, at most once a minute for each key.</summary>
internal sealed class ApiKeyUses(ApiKeyStore store, HubDatabase database, ILogger<ApiKeyUses> log)
    : PeriodicFlushService(TimeSpan.FromSeconds(1))
{
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _written = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _waiting = new(StringComparer.Ordinal);

    /// <summary>Notes that the key of this name is used.</summary>
    public void Note(string name, DateTimeOffset now)
    {
        if (!_written.TryGetValue(name, out var at) || at + Precision <= now)
            _waiting[name] = now;
    }

    protected override async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var use in _waiting.ToArray())
        {
            try
            {
                await store.WriteUseAsync(use.Key, use.Value, cancellationToken);
                _written[use.Key] = use.Value;
                _waiting.TryRemove(use);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.UseNotWritten(log, use.Key, database.IsUnavailable(failure) ? null : failure);
                return;
            }
        }
    }
}
