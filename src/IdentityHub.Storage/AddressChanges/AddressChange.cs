using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.AddressChanges;

/// <summary>
/// What an e-mail address or phone number of a user was before they changed it. The link in the notice to the old address puts it back.
/// </summary>
public sealed class AddressChange
{
    /// <summary>SHA-256 of the token of the link.</summary>
    public required byte[] TokenHash { get; set; }

    public required Guid UserId { get; set; }

    /// <summary>True for a phone number, false for an e-mail address.</summary>
    public required bool IsPhone { get; set; }

    /// <summary>As it was stored; null where the user had none.</summary>
    public string? OldAddress { get; set; }

    /// <summary>True when the old address was proven: it gets the link. Else the other address gets it, where that one is proven.</summary>
    public bool OldConfirmed { get; set; }

    /// <summary>The user name, where it was the old address and has changed with it; else null.</summary>
    public string? OldUserName { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the change was undone, by this link or by that of an earlier change.</summary>
    public DateTimeOffset? UndoneAt { get; set; }
}

internal sealed class AddressChangeConfiguration : IEntityTypeConfiguration<AddressChange>
{
    public void Configure(EntityTypeBuilder<AddressChange> builder)
    {
        builder.HasKey(change => change.TokenHash);
        builder.Property(change => change.OldAddress).HasMaxLength(256);
        builder.Property(change => change.OldUserName).HasMaxLength(256);
        builder.HasIndex(change => change.UserId);
        builder.HasExpiryIndex(change => change.ExpiresAt);
        builder.HasOne<Users.User>().WithMany().HasForeignKey(change => change.UserId);
    }
}
