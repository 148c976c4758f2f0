using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Referrals;

/// <summary>A user was referred by another user. This happens once and is not changed. contracts/open-endpoints.md.</summary>
public sealed class Referral
{
    public required Guid Id { get; set; }

    /// <summary>Alias of the tenant.</summary>
    public required string Tenant { get; set; }

    /// <summary>Whose code it was.</summary>
    public required Guid ReferrerId { get; set; }

    /// <summary>Who gave the code: has one referrer, the first.</summary>
    public required Guid ReferredId { get; set; }

    /// <summary>The code as it was then; its owner may have another one now.</summary>
    public required string CodeUsed { get; set; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }
}

internal sealed class ReferralConfiguration : IEntityTypeConfiguration<Referral>
{
    public void Configure(EntityTypeBuilder<Referral> builder)
    {
        builder.Property(referral => referral.Tenant).HasMaxLength(64);
        builder.Property(referral => referral.CodeUsed).HasMaxLength(Protocol.ReferralCode.MaxLength);

        // The index ensures that the first referral is kept.
        builder.HasIndex(referral => referral.ReferredId).IsUnique();
        builder.HasIndex(referral => new { referral.ReferrerId, referral.CreatedAt });
        builder.HasIndex(referral => new { referral.Tenant, referral.CreatedAt });
        builder.HasOne<TenantUser>().WithMany().HasForeignKey(referral => referral.ReferrerId);
        builder.HasOne<TenantUser>().WithMany().HasForeignKey(referral => referral.ReferredId);
    }
}
