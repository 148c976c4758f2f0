using System.Text.Json;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Storage.Outbox;

/// <summary>What a message of the outbox holds: JSON, wrapped with the key-protection key.</summary>
public static class OutboxContent
{
    /// <summary>Adds a message inside the transaction of what causes it.</summary>
    /// <param name="id">Orders the messages of a channel: a later one is greater.</param>
    /// <param name="content">What the channel needs.</param>
    public static Task AddAsync<T>(
        SqlTransaction transaction, KeyProtector protector, Guid id, string channel, T content, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var message = new OutboxMessage
        {
            Id = id,
            Channel = channel,
            WrappedPayload = protector.Wrap(PurposeOf(channel), JsonSerializer.SerializeToUtf8Bytes(content)),
            CreatedAt = now,
            NextAttemptAt = now,
        };
        return OutboxStore.InsertAsync(transaction, message, cancellationToken);
    }

    /// <summary>What the contents of a channel are wrapped for.</summary>
    public static string PurposeOf(string channel) => "outbox:" + channel;
}
