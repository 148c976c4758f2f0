using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Outbox;

/// <summary>A message to be sent, written in the transaction of what caused it.</summary>
public sealed class OutboxMessage
{
    public required Guid Id { get; set; }

    /// <summary><c>email</c>, <c>sms</c> or <c>backchannel-logout</c>.</summary>
    public required string Channel { get; set; }

    /// <summary>Recipient, subject and text, wrapped with the key-protection key: a one-time code is never stored in clear.</summary>
    public required byte[] WrappedPayload { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Not tried before; moved on by back-off after a failure.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>Taken by a deliverer until then; another may take it afterwards.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>Given up; kept for the administrator.</summary>
    public DateTimeOffset? DeadAt { get; set; }

    /// <summary>What the last try answered, without anything of the payload.</summary>
    public string? LastError { get; set; }
}

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.Property(message => message.Channel).HasMaxLength(32);
        builder.Property(message => message.LastError).HasMaxLength(512);
        builder.HasIndex(message => message.NextAttemptAt).HasFilter("delivered_at IS NULL AND dead_at IS NULL");
    }
}
