using IdentityHub.Server.Hosting;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;

namespace IdentityHub.Server.Messaging;

/// <summary>
/// Puts messages into the outbox, inside the transaction of what causes them; their content is wrapped with the key-protection key.
/// </summary>
internal sealed class OutboxWriter(KeyProtector protector, OutboxSignal signal, TimeProvider time)
{
    /// <summary>Adds a message; it is sent once the transaction has committed.</summary>
    /// <param name="channel">The <see cref="OutboxChannel.Name"/> of who sends it.</param>
    /// <param name="message">What that channel needs, as JSON.</param>
    public Task AddAsync<T>(SqlTransaction transaction, string channel, T message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return OutboxContent.AddAsync(transaction, protector, Identifiers.NewId(now), channel, message, now, cancellationToken);
    }

    /// <summary>Says, once the transaction has committed, that there may be something to send.</summary>
    public void Signal() => signal.Raise();
}
