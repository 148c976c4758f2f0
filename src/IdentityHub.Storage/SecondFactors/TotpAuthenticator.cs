using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>The authenticator app of a user: a secret from which both sides compute codes. RFC 6238. A user has one at most.</summary>
public sealed class TotpAuthenticator
{
    public required Guid UserId { get; set; }

    /// <summary>The secret, wrapped by the key-protection key.</summary>
    public required byte[] WrappedSecret { get; set; }

    /// <summary>The newest time step of which a code was accepted: no code of it, or of one before it, is accepted again.</summary>
    public required long LastStep { get; set; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When a code of it was last accepted; null before the first login with it. UTC.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>What the secret of a user is wrapped for: the row of one user cannot be put in place of another's.</summary>
    public static string WrapPurposeOf(Guid userId) => $"totp:{userId:N}";
}

internal sealed class TotpAuthenticatorConfiguration : IEntityTypeConfiguration<TotpAuthenticator>
{
    public void Configure(EntityTypeBuilder<TotpAuthenticator> builder)
    {
        builder.HasKey(authenticator => authenticator.UserId);
        builder.Property(authenticator => authenticator.UserId).ValueGeneratedNever();
        builder.HasOne<Users.User>().WithMany().HasForeignKey(authenticator => authenticator.UserId);
    }
}
