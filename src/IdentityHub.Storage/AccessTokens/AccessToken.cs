using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.AccessTokens;

/// <summary>An access token by reference, or the revocation of one that is a JWT (then the hash is that of its <c>jti</c>).</summary>
public sealed class AccessToken
{
    /// <summary>SHA-256 of the token, or of the <c>jti</c> of a revoked JWT.</summary>
    public required byte[] TokenHash { get; set; }

    public required string ClientId { get; set; }

    /// <summary>Null for a client's own token.</summary>
    public Guid? UserId { get; set; }

    public Guid? SessionId { get; set; }

    /// <summary>The refresh token family that it was issued with; it ends with that family.</summary>
    public Guid? FamilyId { get; set; }

    /// <summary>The claim <c>act</c> as JSON: who acts for the user; null when the users act for themselves. RFC 8693 §4.1.</summary>
    public string? Actor { get; set; }

    /// <summary>Space-separated, RFC 6749 §3.3.</summary>
    public required string Scopes { get; set; }

    /// <summary>Space-separated <c>aud</c> values.</summary>
    public required string Audiences { get; set; }

    public required DateTimeOffset IssuedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

internal sealed class AccessTokenConfiguration : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        // No foreign keys: a token is written on the hot path, and the joins of its read make a row without its session invalid.
        builder.HasKey(token => token.TokenHash);
        builder.Property(token => token.ClientId).HasMaxLength(200);
        builder.Property(token => token.Actor).HasMaxLength(1024);
        builder.HasExpiryIndex(token => token.ExpiresAt);
    }
}
