using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Users;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.Property(user => user.GivenName).HasMaxLength(256);
        builder.Property(user => user.FamilyName).HasMaxLength(256);
        builder.Property(user => user.Locale).HasMaxLength(35);
        builder.Property(user => user.StreetAddress).HasMaxLength(256);
        builder.Property(user => user.Locality).HasMaxLength(128);
        builder.Property(user => user.Region).HasMaxLength(128);
        builder.Property(user => user.PostalCode).HasMaxLength(32);
        builder.Property(user => user.Country).HasMaxLength(128);
        builder.Property(user => user.HomeRegion).HasMaxLength(32);
        builder.Property(user => user.OrganizationId).HasMaxLength(64);
        builder.Property(user => user.PhoneNumber).HasMaxLength(32);
        builder.Property(user => user.ClientVerifier).HasMaxLength(256);
        builder.Property(user => user.ClientVerifierStamp).HasMaxLength(64);

        // One account for an e-mail address or a phone number, whatever races to create it. ASSURANCE R9.
        builder.HasIndex(user => user.NormalizedEmail).IsUnique().HasDatabaseName("ix_users_normalized_email");
        builder.HasIndex(user => user.PhoneNumber).IsUnique();
    }
}

internal sealed class RoleConfiguration : IEntityTypeConfiguration<Role>
{
    public void Configure(EntityTypeBuilder<Role> builder) => builder.Property(role => role.Permissions).HasMaxLength(2048);
}
