using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.ApiKeys;

/// <summary>
/// A key of an integrated system that was issued by the hub itself. Keys of the configuration files are in those files.
/// contracts/lsid-sessions.md.
/// </summary>
public sealed class ApiKey
{
    public required Guid Id { get; set; }

    /// <summary>What the audit trail shows. A key that is being rotated shares it with its successor.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the key.</summary>
    public required byte[] KeyHash { get; set; }

    /// <summary>The organization in which the permissions hold, and below which; null: everywhere.</summary>
    public string? OrganizationId { get; set; }

    /// <summary>Names separated by one space.</summary>
    public required string Permissions { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null for a key that does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>When the key of a name was last used, wherever the key is defined.</summary>
public sealed class ApiKeyUse
{
    public required string Name { get; set; }

    /// <summary>Right to the minute. UTC.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>, IEntityTypeConfiguration<ApiKeyUse>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.Property(key => key.Name).HasMaxLength(64);
        builder.Property(key => key.OrganizationId).HasMaxLength(64);
        builder.Property(key => key.Permissions).HasMaxLength(2048);
        builder.HasIndex(key => key.KeyHash).IsUnique();
        builder.HasIndex(key => key.Name);
        builder.HasOne<Organizations.Organization>().WithMany().HasForeignKey(key => key.OrganizationId);
    }

    public void Configure(EntityTypeBuilder<ApiKeyUse> builder)
    {
        builder.HasKey(use => use.Name);
        builder.Property(use => use.Name).HasMaxLength(64);
    }
}
