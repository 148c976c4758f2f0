using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.PasswordResets;

/// <summary>The right to set a user's password once, without knowing the old one: what the link of a reset message carries.</summary>
public sealed class PasswordReset
{
    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; set; }

    public required Guid UserId { get; set; }

    /// <summary>The user's, when the token was made: a change of the password by whatever way ends it.</summary>
    public required string SecurityStamp { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>
    /// True when the token was sent to the user's phone number, false for their e-mail address: it proves the one or the other.
    /// </summary>
    public bool IsByPhone { get; set; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>When a newer token of the same user took its place.</summary>
    public DateTimeOffset? SupersededAt { get; set; }
}

internal sealed class PasswordResetConfiguration : IEntityTypeConfiguration<PasswordReset>
{
    public void Configure(EntityTypeBuilder<PasswordReset> builder)
    {
        builder.HasKey(reset => reset.TokenHash);
        builder.Property(reset => reset.SecurityStamp).HasMaxLength(64);
        builder.HasIndex(reset => reset.UserId);
        builder.HasExpiryIndex(reset => reset.ExpiresAt);
        builder.HasOne<Users.User>().WithMany().HasForeignKey(reset => reset.UserId);
    }
}
