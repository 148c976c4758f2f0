using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Replay;

/// <summary>A <c>jti</c> that was accepted once and is refused until it would have expired anyway. RFC 7523 §3 (7).</summary>
public sealed class UsedIdentifier
{
    /// <summary>SHA-256 of issuer, use and <c>jti</c>.</summary>
    public required byte[] IdentifierHash { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class UsedIdentifierConfiguration : IEntityTypeConfiguration<UsedIdentifier>
{
    public void Configure(EntityTypeBuilder<UsedIdentifier> builder)
    {
        builder.HasKey(used => used.IdentifierHash);
        builder.HasIndex(used => used.ExpiresAt);
    }
}
