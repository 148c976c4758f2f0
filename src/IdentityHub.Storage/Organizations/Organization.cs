using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Organizations;

/// <summary>A node of the organization tree.</summary>
public sealed class Organization
{
    /// <summary>The stable id, e.g. <c>acme</c>; 1 to 64 characters.</summary>
    public required string Id { get; set; }

    /// <summary>Display name.</summary>
    public required string Name { get; set; }

    /// <summary>The organization above; null at the root of a tree.</summary>
    public string? ParentId { get; set; }

    /// <summary>Set while this organization or one above it is disabled: none of its users is admitted.</summary>
    public DateTimeOffset? DisabledAt { get; set; }
}

/// <summary>What a user may do in an organization: one row a role.</summary>
public sealed class Membership
{
    public required Guid UserId { get; set; }

    public required string OrganizationId { get; set; }

    public required Guid RoleId { get; set; }
}

internal sealed class OrganizationConfiguration : IEntityTypeConfiguration<Organization>, IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Organization> builder)
    {
        builder.Property(organization => organization.Id).HasMaxLength(64);
        builder.Property(organization => organization.Name).HasMaxLength(256);
        builder.Property(organization => organization.ParentId).HasMaxLength(64);
        builder.HasOne<Organization>().WithMany().HasForeignKey(organization => organization.ParentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany<Users.User>().WithOne().HasForeignKey(user => user.OrganizationId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.HasKey(membership => new { membership.UserId, membership.OrganizationId, membership.RoleId });
        builder.Property(membership => membership.OrganizationId).HasMaxLength(64);
        builder.HasOne<Users.User>().WithMany().HasForeignKey(membership => membership.UserId);
        builder.HasOne<Organization>().WithMany().HasForeignKey(membership => membership.OrganizationId);
        builder.HasOne<Users.Role>().WithMany().HasForeignKey(membership => membership.RoleId);
    }
}
