using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.DeviceCodes;

/// <summary>A device that waits for a user to let it in. RFC 8628. A used row stays until it expires, so that replay is seen.</summary>
public sealed class DeviceCode
{
    /// <summary>SHA-256 of the device code.</summary>
    public required byte[] DeviceCodeHash { get; set; }

    /// <summary>Keyed hash of the user code, which is too short for a plain one; 32 bytes.</summary>
    public required byte[] UserCodeHash { get; set; }

    public required string ClientId { get; set; }

    /// <summary>The scopes that are asked for, separated by one space.</summary>
    public required string Scopes { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Seconds that the device must wait between two polls; grows when it does not. RFC 8628 §3.5.</summary>
    public required int IntervalSeconds { get; set; }

    public DateTimeOffset? LastPolledAt { get; set; }

    /// <summary>From where the device asked: shown to the user.</summary>
    public string? IpAddress { get; set; }

    /// <summary>What the device calls itself: shown to the user.</summary>
    public string? UserAgent { get; set; }

    /// <summary>When the user let the device in; null before.</summary>
    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>When the user denied the device, or withdrew their approval.</summary>
    public DateTimeOffset? DeniedAt { get; set; }

    /// <summary>Who decided.</summary>
    public Guid? UserId { get; set; }

    /// <summary>The browser session in which the user decided: until it ends, the device may still collect its tokens.</summary>
    public Guid? SessionId { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class DeviceCodeConfiguration : IEntityTypeConfiguration<DeviceCode>
{
    public void Configure(EntityTypeBuilder<DeviceCode> builder)
    {
        builder.HasKey(code => code.DeviceCodeHash);
        builder.Property(code => code.ClientId).HasMaxLength(200);
        builder.Property(code => code.IpAddress).HasMaxLength(45);
        builder.Property(code => code.UserAgent).HasMaxLength(256);
        builder.HasIndex(code => code.UserCodeHash).IsUnique();
        builder.HasExpiryIndex(code => code.ExpiresAt);
    }
}
