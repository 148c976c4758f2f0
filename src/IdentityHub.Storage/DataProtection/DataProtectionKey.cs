using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.DataProtection;

/// <summary>One element of ASP.NET Core's Data Protection key ring, shared by all nodes, wrapped at rest. ASSURANCE C9.</summary>
public sealed class DataProtectionKey
{
    public int Id { get; set; }

    /// <summary>The framework's name of the element; never a secret.</summary>
    public required string FriendlyName { get; set; }

    /// <summary>The XML element as UTF-8, wrapped with the key-protection key.</summary>
    public required byte[] WrappedXml { get; set; }
}

internal sealed class DataProtectionKeyConfiguration : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> builder)
    {
        builder.Property(key => key.FriendlyName).HasMaxLength(256);
        builder.HasIndex(key => key.FriendlyName).IsUnique();
    }
}
