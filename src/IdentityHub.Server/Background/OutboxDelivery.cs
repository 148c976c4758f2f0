using IdentityHub.Server.Messaging;
using IdentityHub.Storage;
using IdentityHub.Storage.Outbox;

namespace IdentityHub.Server.Background;

/// <summary>
/// Delivers what stands in the outbox, each channel by itself, so that a mail server that hangs holds up no logout. Wakes up when something
/// is written on this node, and looks now and then for what other nodes have left and what is to be tried again. A message whose
/// taker was killed is taken by another when its lease ends: everything arrives, at most one copy too many. ASSURANCE F9.
/// </summary>
internal sealed class OutboxDelivery(
    IEnumerable<OutboxChannel> channels, OutboxAttempts attempts, OutboxSignal signal, HubDatabase database, TimeProvider time,
    ILogger<OutboxDelivery> log) : BackgroundService
{
    /// <summary>How long a due message waits at most when this node got no signal.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SettleAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeProvider Clock = TimeProvider.System;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(channels.Select(channel => RunAsync(channel, stoppingToken)));

    private async Task RunAsync(OutboxChannel channel, CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            running.RemoveAll(delivery => delivery.IsCompleted);
            var raised = signal.Next;
            var free = channel.Concurrency - running.Count;
            if (free > 0 && await TakeAsync(channel, free) is var taken)
            {
                running.AddRange(
                    taken.Select(message => Task.Run(() => DeliverAsync(channel, message, stoppingToken), CancellationToken.None)));
                if (taken.Count < free)
                    await WaitAsync(raised, stoppingToken);
                continue;
            }

            await Task.WhenAny(running);
        }

        // Deliveries that have begun are finished: it takes a second or two, and no message is sent twice.
        await Task.WhenAll(running);
    }

    private async Task<List<TakenMessage>> TakeAsync(OutboxChannel channel, int most)
    {
        try
        {
            // To its end: what was taken and then not heard of would wait for its lease.
            return await attempts.TakeAsync(channel, most, CancellationToken.None);
        }
        catch (Exception failure)
        {
            Log.Failed(log, failure, database.IsUnavailable(failure));
            return [];
        }
    }

    private async Task WaitAsync(Task raised, CancellationToken stoppingToken)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(raised, Task.Delay(Interval, time, woken.Token));
        await woken.CancelAsync();
    }

    private async Task DeliverAsync(OutboxChannel channel, TakenMessage message, CancellationToken stoppingToken)
    {
        var delivery = await attempts.SendAsync(channel, message);
        while (!await TrySettleAsync(message, delivery) && !stoppingToken.IsCancellationRequested)
            await Task.Delay(SettleAgainAfter, Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // While the database is gone, what became of the message is kept: forgotten, it would be sent again.
    private async Task<bool> TrySettleAsync(TakenMessage message, Delivery delivery)
    {
        try
        {
            await attempts.SettleAsync(message, delivery, CancellationToken.None);
            return true;
        }
        catch (Exception failure)
        {
            var gone = database.IsUnavailable(failure);
            Log.Failed(log, failure, gone);
            return !gone;
        }
    }
}
