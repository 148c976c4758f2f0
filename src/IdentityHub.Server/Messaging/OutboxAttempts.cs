using System.Security.Cryptography;
using System.Text.Json;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;

namespace IdentityHub.Server.Messaging;

/// <summary>Takes messages, has them sent, and settles what became of them.</summary>
internal sealed class OutboxAttempts(
    OutboxStore store, KeyProtector protector, AuditTrail audit, HubMetrics metrics, TimeProvider time, ILogger<OutboxAttempts> log)
{
    /// <summary>
    /// A taker that has not settled a message by then is considered dead. Longer than <see cref="Patience"/> by the difference of the
    /// clocks of two nodes, ten seconds either way (ASSURANCE F7).
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>A channel that has not ended by then has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // A pause of the machine, not of the protocol.
    private static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>Takes due messages of a channel, for this node alone.</summary>
    public Task<List<TakenMessage>> TakeAsync(OutboxChannel channel, int most, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return store.TakeAsync(channel.Name, now, now + Lease, most, cancellationToken);
    }

    /// <summary>Has a message sent. Never throws.</summary>
    public async Task<Delivery> SendAsync(OutboxChannel channel, TakenMessage message)
    {
        using var patience = new CancellationTokenSource(Patience, Clock);
        try
        {
            var payload = protector.Unwrap(OutboxContent.PurposeOf(channel.Name), message.WrappedPayload);
            return await channel.SendAsync(payload, patience.Token);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or JsonException)
        {
            return new Delivery(DeliveryVerdict.Refused, Reasons.PayloadUnreadable);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return Delivery.Failed(Reasons.Timeout);
        }
        catch (Exception failure)
        {
            Log.SendingFailed(log, channel.Name, message.Id, failure);
            return Delivery.Failed(failure.GetType().Name);
        }
    }

    /// <summary>Writes down what became of a try.</summary>
    public async Task SettleAsync(TakenMessage message, Delivery delivery, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (delivery.Verdict is DeliveryVerdict.Delivered or DeliveryVerdict.Dropped)
        {
            if (!await store.TryMarkDeliveredAsync(message.Id, now, cancellationToken))
                return;
            var isSent = delivery.Verdict == DeliveryVerdict.Delivered;
            if (isSent)
                metrics.OutboxDelivered(message.Channel);
            if (delivery.Receipt is { } receipt)
                Log.Accepted(log, message.Channel, message.Id, receipt);
            await AuditAsync(isSent ? AuditTypes.MessageDelivered : AuditTypes.MessageDropped, message, delivery, now);
            return;
        }

        var reason = delivery.Reason!;
        if (delivery.Advice is { } advice)
            Log.TryFailed(log, message.Channel, message.Id, message.Attempt, reason, advice);
        var next = now + BackOff.After(message.Attempt);
        var isOver = delivery.Verdict switch
        {
            DeliveryVerdict.Undeliverable => true,
            DeliveryVerdict.Refused => message.Attempt >= BackOff.MostRefusals,
            _ => next > message.CreatedAt + BackOff.OldestMessage,
        };
        if (!isOver)
        {
            if (await store.TryMarkFailedAsync(message, next, reason, cancellationToken))
                metrics.OutboxFailed(message.Channel);
            return;
        }

        if (!await store.TryMarkDeadAsync(message, now, reason, cancellationToken))
            return;
        metrics.OutboxFailed(message.Channel);
        metrics.OutboxDead(message.Channel);
        Log.MessageDead(log, message.Channel, message.Id, message.Attempt, reason);
        await AuditAsync(AuditTypes.MessageDead, message, delivery, now);
    }

    private ValueTask AuditAsync(string type, TakenMessage message, Delivery delivery, DateTimeOffset now)
    {
        var context = new RequestContext($"outbox/{message.Channel}", "local", null, now) { ClientId = delivery.ClientId };
        return audit.WriteAsync(
            context, type, delivery.UserId, delivery.SessionId, delivery.Reason,
            $"message {message.Id}, try {message.Attempt}{(delivery.Receipt is { } receipt ? $", {receipt}" : "")}");
    }
}
