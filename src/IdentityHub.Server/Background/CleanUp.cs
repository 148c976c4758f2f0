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
    ILogger<CleanUp> log)
    : RepeatedWork(TimeSpan.FromMinutes(5), database, time, log)
{
    private static readonly TimeSpan PauseBetweenBatches = TimeSpan.FromMilliseconds(50);

    private readonly SteadyClock _clock = new(time);

    public override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = await ClockAsync(_clock.GetUtcNow(), cancellationToken);
        var auditEnd = now - TimeSpan.FromDays(settings.Value.Audit.RetentionDays);
        while (await rows.DeleteBatchAsync(now, auditEnd, cancellationToken) > 0)
            await Task.Delay(PauseBetweenBatches, Time, cancellationToken);
        await erasures.EraseTracesAsync(AuditTypes.UserErased, now - ExpiredRows.Margin, now, cancellationToken);

        // Last: it may have to wait for a long query of the trail, and what fails here holds up nothing else.
        await rows.PrepareMonthsAsync(now, cancellationToken);
        while (await rows.DeleteAuditAsync(auditEnd, cancellationToken) > 0)
            await Task.Delay(PauseBetweenBatches, Time, cancellationToken);
    }

    // A node whose clock is ahead must not remove what is worth keeping: that of the database counts, where it is behind.
    private async Task<DateTimeOffset> ClockAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        await Database.ReadClockAsync(cancellationToken) is { } theirs && theirs < now ? theirs : now;
}
