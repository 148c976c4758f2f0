using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.SigningKeys;

/// <summary>
/// The public key of another issuer that this installation publishes in its JWKS for a time, so that tokens of a system that is left stay
/// good at resource servers. It signs nothing, and the hub itself accepts no token that it has signed.
/// </summary>
public sealed class ImportedKey
{
    /// <summary>Longest <c>kid</c>.</summary>
    public const int MaxKeyIdLength = 200;

    /// <summary>The <c>kid</c> that the other issuer writes into its tokens.</summary>
    public required string KeyId { get; set; }

    /// <summary>The public members as a JSON Web Key. RFC 7517 §4.</summary>
    public required string PublicKey { get; set; }

    /// <summary>Published from here on.</summary>
    public required DateTimeOffset ImportedAt { get; set; }

    /// <summary>Leaves the JWKS here.</summary>
    public required DateTimeOffset PublishUntil { get; set; }
}

internal sealed class ImportedKeyConfiguration : IEntityTypeConfiguration<ImportedKey>
{
    // RSA of 8192 bits takes less than half of it.
    private const int MaxPublicKeyLength = 4096;

    public void Configure(EntityTypeBuilder<ImportedKey> builder)
    {
        builder.HasKey(key => key.KeyId);
        builder.Property(key => key.KeyId).HasMaxLength(ImportedKey.MaxKeyIdLength);
        builder.Property(key => key.PublicKey).HasMaxLength(MaxPublicKeyLength);
    }
}
