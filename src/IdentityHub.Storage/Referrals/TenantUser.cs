using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Referrals;

/// <summary>
/// What makes a user one of a tenant's: the names by which the tenant knows the user, and the referral code. contracts/open-endpoints.md.
/// </summary>
/// <remarks>
/// A tenant's user is a user of the hub like any other (contracts/README.md rule 2). First and last name and locale are those of
/// <see cref="Users.User"/>, an administrator can disable the user there, and their sessions and tokens are ordinary ones. They have no
/// password and cannot log in by themselves; their tenant vouches for them. The e-mail address is stored here and not with the user. The
/// tenant supplies it; it is neither verified nor unique. With the user, it would log in, and keep its real owner from signing up.
/// </remarks>
public sealed class TenantUser
{
    /// <summary>Longest account id and user id in characters.</summary>
    public const int MaxIdLength = 200;

    /// <summary>Longest address of a picture in characters.</summary>
    public const int MaxImageUrlLength = 2048;

    /// <summary>The user of the hub: <c>sub</c> in tokens.</summary>
    public required Guid UserId { get; set; }

    /// <summary>Alias of the tenant.</summary>
    public required string Tenant { get; set; }

    /// <summary>The tenant's own name for the account; compared ordinally, as all identifiers.</summary>
    public required string AccountId { get; set; }

    /// <summary>The tenant's own name for the user within the account.</summary>
    public required string ExternalId { get; set; }

    public required string Email { get; set; }

    /// <summary>Absolute http or https URL; never fetched. Null for none.</summary>
    public string? ImageUrl { get; set; }

    /// <summary>Upper case; see <see cref="Protocol.ReferralCode"/>.</summary>
    public required string ReferralCode { get; set; }

    /// <summary>When the user got the code. UTC.</summary>
    public required DateTimeOffset CodeCreatedAt { get; set; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>
    /// True for what can be an account id or user id: short enough, no slash and no percent sign, which a path says in more than one way,
    /// and nothing that a database or a log does not hold.
    /// </summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= MaxIdLength && !text.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '/' or '%' or '\uFFFD');
}

internal sealed class TenantUserConfiguration : IEntityTypeConfiguration<TenantUser>
{
    public void Configure(EntityTypeBuilder<TenantUser> builder)
    {
        builder.HasKey(user => user.UserId);
        builder.Property(user => user.Tenant).HasMaxLength(64);
        builder.Property(user => user.AccountId).HasMaxLength(TenantUser.MaxIdLength);
        builder.Property(user => user.ExternalId).HasMaxLength(TenantUser.MaxIdLength);
        builder.Property(user => user.Email).HasMaxLength(Users.EmailAddress.MaxLength);
        builder.Property(user => user.ImageUrl).HasMaxLength(TenantUser.MaxImageUrlLength);
        builder.Property(user => user.ReferralCode).HasMaxLength(Protocol.ReferralCode.MaxLength);

        // They decide who of several that race for a name or a code gets it.
        builder.HasIndex(user => new { user.Tenant, user.AccountId, user.ExternalId }).IsUnique().HasDatabaseName("ix_tenant_users_name");
        builder.HasIndex(user => new { user.Tenant, user.ReferralCode }).IsUnique().HasDatabaseName("ix_tenant_users_referral_code");
        builder.HasOne<Users.User>().WithOne().HasForeignKey<TenantUser>(user => user.UserId);
    }
}
