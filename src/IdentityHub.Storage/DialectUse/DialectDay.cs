using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.DialectUse;

/// <summary>How often a client has used an older API on one day. contracts/README.md rule 5.</summary>
public sealed class DialectDay
{
    public required string Dialect { get; set; }

    /// <summary>The client; at the endpoints of service users, who name none, the user name.</summary>
    public required string ClientId { get; set; }

    /// <summary>Midnight UTC.</summary>
    public required DateTimeOffset Day { get; set; }

    public required long Calls { get; set; }

    public required DateTimeOffset LastSeenAt { get; set; }
}

internal sealed class DialectDayConfiguration : IEntityTypeConfiguration<DialectDay>
{
    public void Configure(EntityTypeBuilder<DialectDay> builder)
    {
        builder.HasKey(day => new { day.Dialect, day.ClientId, day.Day });
        builder.Property(day => day.Dialect).HasMaxLength(32);
        builder.Property(day => day.ClientId).HasMaxLength(256);
        builder.HasExpiryIndex(day => day.Day);
    }
}
