using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Installation;

/// <summary>One fact about the installation that every program which opens its database must agree with.</summary>
public sealed class InstallationMark
{
    /// <summary>What it says, e.g. <c>key-check</c> or <c>stage:production</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Its value; never a secret.</summary>
    public required string Value { get; set; }

    /// <summary>When it was first written.</summary>
    public required DateTimeOffset At { get; set; }
}

internal sealed class InstallationMarkConfiguration : IEntityTypeConfiguration<InstallationMark>
{
    public void Configure(EntityTypeBuilder<InstallationMark> builder)
    {
        builder.ToTable("installation_marks");
        builder.HasKey(mark => mark.Name);
        builder.Property(mark => mark.Name).HasMaxLength(64);
        builder.Property(mark => mark.Value).HasMaxLength(128);
    }
}
