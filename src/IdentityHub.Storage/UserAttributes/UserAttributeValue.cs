using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.UserAttributes;

/// <summary>One value of an attribute that the configuration defines for users. A list has a row for each of its values.</summary>
public sealed class UserAttributeValue
{
    /// <summary>Longest value in characters; what an index of PostgreSQL holds, whatever the characters are.</summary>
    public const int MaxValueLength = 512;

    /// <summary>Longest name in characters.</summary>
    public const int MaxNameLength = 64;

    public required Guid UserId { get; set; }

    /// <summary>As the configuration names the attribute.</summary>
    public required string Name { get; set; }

    /// <summary>In the form of its type, e.g. <c>2026-11-30</c>.</summary>
    public required string Value { get; set; }

    /// <summary>True: no other user has this value of the attribute.</summary>
    public required bool IsUnique { get; set; }

    /// <summary>True: users are found by it.</summary>
    public required bool IsSearchable { get; set; }
}

internal sealed class UserAttributeValueConfiguration : IEntityTypeConfiguration<UserAttributeValue>
{
    public void Configure(EntityTypeBuilder<UserAttributeValue> builder)
    {
        builder.HasKey(attribute => new { attribute.UserId, attribute.Name, attribute.Value });
        builder.Property(attribute => attribute.Name).HasMaxLength(UserAttributeValue.MaxNameLength);
        builder.Property(attribute => attribute.Value).HasMaxLength(UserAttributeValue.MaxValueLength);
        builder.HasIndex(attribute => new { attribute.Name, attribute.Value }, "ix_user_attributes_unique")
            .IsUnique().HasFilter("is_unique");
        builder.HasIndex(attribute => new { attribute.Name, attribute.Value }, "ix_user_attributes_search").HasFilter("is_searchable");
        builder.HasOne<Users.User>().WithMany().HasForeignKey(attribute => attribute.UserId);
    }
}
