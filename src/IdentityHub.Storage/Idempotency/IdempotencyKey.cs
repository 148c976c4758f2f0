using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Idempotency;

/// <summary>
/// A key under which a caller has had something made, and the answer. It is written in the transaction that makes it: both or neither.
/// </summary>
public sealed class IdempotencyKey
{
    /// <summary>Longest key that a caller may send, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Hash of the caller and their key.</summary>
    public required byte[] KeyHash { get; set; }

    /// <summary>Hash of the request that came with the key.</summary>
    public required byte[] RequestHash { get; set; }

    /// <summary>The answer, encrypted: it may hold a secret or data of a person.</summary>
    public byte[]? Answer { get; set; }

    /// <summary>The user whom the answer is about; null where it is about none.</summary>
    public Guid? UserId { get; set; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.HasKey(key => key.KeyHash);
        builder.HasIndex(key => key.ExpiresAt);
        builder.HasIndex(key => key.UserId).HasFilter("user_id IS NOT NULL");
    }
}
