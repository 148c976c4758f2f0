using System.Collections.Concurrent;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>A message that went nowhere but here.</summary>
/// <param name="Channel"><c>email</c> or <c>sms</c>.</param>
internal sealed record KeptMessage(string Channel, DateTimeOffset At, OutgoingMessage Message);

/// <summary>
/// Where messages land in Development while no mail server or SMS provider is set: shown at <c>/dev/outbox</c>, in this process's memory
/// only, the newest <see cref="Capacity"/>.
/// </summary>
internal sealed class DevelopmentOutbox
{
    public const int Capacity = 100;
    private readonly ConcurrentQueue<KeptMessage> _messages = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<KeptMessage> Messages => [.. _messages.Reverse()];

    public void Keep(KeptMessage message)
    {
        _messages.Enqueue(message);
        while (_messages.Count > Capacity)
            _messages.TryDequeue(out _);
    }
}

/// <summary>The way of one channel into the <see cref="DevelopmentOutbox"/>.</summary>
internal sealed class DevelopmentTransport(string channel, DevelopmentOutbox outbox, TimeProvider time) : ITransport
{
    public Task<Delivery> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        outbox.Keep(new KeptMessage(channel, time.GetUtcNow(), message));
        return Task.FromResult(new Delivery(DeliveryVerdict.Delivered, null));
    }
}
