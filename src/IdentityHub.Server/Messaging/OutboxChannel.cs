using System.Text.Json;

namespace IdentityHub.Server.Messaging;

/// <summary>
/// One way of sending messages. A new one is one class that derives from this, and one line in <see cref="MessagingFeature"/>; leases,
/// retries, audit and metrics are the same for all.
/// </summary>
internal abstract class OutboxChannel
{
    /// <summary>As it stands in the outbox, at most 32 characters, e.g. <c>email</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How many messages of it a node sends at the same time.</summary>
    public virtual int Concurrency => 16;

    /// <summary>
    /// Sends a message, once. What it throws counts as a failure; it must end when <paramref name="cancellationToken"/> does.
    /// </summary>
    /// <param name="payload">The JSON that <see cref="OutboxWriter.AddAsync"/> made.</param>
    public abstract Task<Delivery> SendAsync(byte[] payload, CancellationToken cancellationToken);

    /// <summary>Reads what was written for this channel.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    protected static T Read<T>(byte[] payload) => JsonSerializer.Deserialize<T>(payload) ?? throw new JsonException("The payload is null.");
}

/// <summary>What became of one try.</summary>
internal enum DeliveryVerdict
{
    /// <summary>The other side has it.</summary>
    Delivered,

    /// <summary>Not this time: tried again until the message is too old.</summary>
    Failed,

    /// <summary>
    /// The other side refuses it, or must not be called. It is tried a few times, in case an administrator corrects that.
    /// </summary>
    Refused,

    /// <summary>It will never arrive: given up at once.</summary>
    Undeliverable,

    /// <summary>It has no recipient any more; nothing is wrong, and nothing was sent.</summary>
    Dropped,
}

/// <summary>The result of one try, and the client, user and session that the message concerns, for the audit trail.</summary>
/// <param name="Reason">Stable, and without anything of the message: <c>timeout</c>, <c>status_503</c>, …; null when delivered.</param>
internal sealed record Delivery(DeliveryVerdict Verdict, string? Reason)
{
    public string? ClientId { get; init; }

    public Guid? UserId { get; init; }

    public Guid? SessionId { get; init; }

    /// <summary>What an administrator can change so that the next try succeeds: whole sentences, without anything of the message.</summary>
    public string? Advice { get; init; }

    /// <summary>Under which name and in which state the provider has the message, e.g. <c>twilio SM… queued</c>.</summary>
    public string? Receipt { get; init; }

    public static Delivery Failed(string reason) => new(DeliveryVerdict.Failed, reason);
}
