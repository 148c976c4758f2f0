using IdentityHub.Server.Tokens;
using IdentityHub.Storage;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Server.Background;

/// <summary>
/// Keeps the key ring's life cycle going: announces the next key in time, drops retired ones, learns of keys of other nodes.
/// </summary>
internal sealed class KeyRotation(KeyRing keys, HubDatabase database, TimeProvider time, ILogger<KeyRotation> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SigningKeyLifeCycle.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.RefreshAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.Failed(log, failure, database.IsUnavailable(failure));
            }
        }
    }
}
