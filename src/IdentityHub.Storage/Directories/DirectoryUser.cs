using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Directories;

/// <summary>What the directory of an organization has said of a user, beyond the user's own row. Decision 0043.</summary>
public sealed class DirectoryUser
{
    /// <summary>Whose directory it is.</summary>
    public required string OrganizationId { get; set; }

    public required Guid UserId { get; set; }

    /// <summary>The id that the directory has given; null for none. RFC 7643 §3.1.</summary>
    public string? ExternalId { get; set; }

    /// <summary>
    /// When the directory has disabled the user; null where it has not, or where an administrator has disabled them since. The directory
    /// enables only whom it has disabled.
    /// </summary>
    public DateTimeOffset? DeactivatedAt { get; set; }
}

/// <summary>A role that the directory of an organization has taken as one of its groups. Decision 0043.</summary>
public sealed class DirectoryGroup
{
    /// <summary>Whose directory it is.</summary>
    public required string OrganizationId { get; set; }

    public required Guid RoleId { get; set; }

    /// <summary>The id that the directory has given; null for none. RFC 7643 §3.1.</summary>
    public string? ExternalId { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
}

internal sealed class DirectoryConfiguration : IEntityTypeConfiguration<DirectoryUser>, IEntityTypeConfiguration<DirectoryGroup>
{
    private const int MaxExternalId = 256;

    public void Configure(EntityTypeBuilder<DirectoryUser> builder)
    {
        builder.HasKey(user => new { user.OrganizationId, user.UserId });
        builder.Property(user => user.OrganizationId).HasMaxLength(64);
        builder.Property(user => user.ExternalId).HasMaxLength(MaxExternalId);
        builder.HasIndex(user => new { user.OrganizationId, user.ExternalId }).IsUnique();
        builder.HasOne<Organizations.Organization>().WithMany().HasForeignKey(user => user.OrganizationId);
        builder.HasOne<Users.User>().WithMany().HasForeignKey(user => user.UserId);
    }

    public void Configure(EntityTypeBuilder<DirectoryGroup> builder)
    {
        builder.HasKey(group => new { group.OrganizationId, group.RoleId });
        builder.Property(group => group.OrganizationId).HasMaxLength(64);
        builder.Property(group => group.ExternalId).HasMaxLength(MaxExternalId);
        builder.HasIndex(group => new { group.OrganizationId, group.ExternalId }).IsUnique();
        builder.HasOne<Organizations.Organization>().WithMany().HasForeignKey(group => group.OrganizationId);
        builder.HasOne<Users.Role>().WithMany().HasForeignKey(group => group.RoleId);
    }
}
