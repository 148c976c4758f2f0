using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.SigningKeys;

/// <summary>A signing key and its announced life: published from creation, signs in between, published a while longer.</summary>
public sealed class SigningKey
{
    /// <summary>RFC 7638 thumbprint; the <c>kid</c>.</summary>
    public required string KeyId { get; set; }

    /// <summary>JWS algorithm, e.g. <c>ES256</c>.</summary>
    public required string Algorithm { get; set; }

    /// <summary>PKCS #8, wrapped with the key-protection key.</summary>
    public required byte[] WrappedPrivateKey { get; set; }

    /// <summary>Published in the JWKS from here on.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Signs from here on.</summary>
    public required DateTimeOffset NotBefore { get; set; }

    /// <summary>Does not sign from here on.</summary>
    public required DateTimeOffset SignUntil { get; set; }

    /// <summary>Leaves the JWKS here.</summary>
    public required DateTimeOffset PublishUntil { get; set; }

    /// <summary>The purpose that its private key is wrapped for: no key can be put in the place of another.</summary>
    public static string WrapPurposeOf(string keyId) => $"signing-key:{keyId}";
}

internal sealed class SigningKeyConfiguration : IEntityTypeConfiguration<SigningKey>
{
    public void Configure(EntityTypeBuilder<SigningKey> builder)
    {
        builder.HasKey(key => key.KeyId);
        builder.Property(key => key.KeyId).HasMaxLength(64);
        builder.Property(key => key.Algorithm).HasMaxLength(16);
    }
}
