using IdentityHub.Server.Audit;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.CleanUp;
using IdentityHub.Storage.ClientAccounts;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>Removes expired rows in small batches, one node at a time, so that tables do not grow and no request waits long.</summary>
internal sealed class CleanUp(
    ExpiredRows rows, AccountErasureStore erasures, HubDatabase database, IOptions<HubSettings> settings, TimeProvider time,
    ILogger<CleanUp> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseBetweenBatches = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var now = time.GetUtcNow();
                var auditEnd = now - TimeSpan.FromDays(settings.Value.Audit.RetentionDays);
                while (await rows.DeleteBatchAsync(now, auditEnd, stoppingToken) > 0)
                    await Task.Delay(PauseBetweenBatches, time, stoppingToken);
                await erasures.EraseTracesAsync(AuditTypes.UserErased, now - ExpiredRows.Margin, now, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.Failed(log, failure, database.IsUnavailable(failure));
            }
        }
    }
}
