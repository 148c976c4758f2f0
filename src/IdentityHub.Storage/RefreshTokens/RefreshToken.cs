using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.RefreshTokens;

/// <summary>One login at one client: all refresh tokens that follow from each other. Revoked as a whole. RFC 9700 §4.14.2.</summary>
public sealed class RefreshTokenFamily
{
    public required Guid Id { get; set; }

    public required Guid SessionId { get; set; }

    public required Guid UserId { get; set; }

    public required string ClientId { get; set; }

    /// <summary>The scopes that the user granted; a refresh may narrow, never widen them. RFC 6749 §6.</summary>
    public required string Scopes { get; set; }

    /// <summary><c>auth_time</c> of the login that the family began with; a later login in the same session does not change it.</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary><c>amr</c> of that login, separated by one space; null in rows from before it was kept: those of the session.</summary>
    public string? AuthenticationMethods { get; set; }

    /// <summary>
    /// Claims that the request asked userinfo for by name, separated by one space; null for none. OpenID Connect Core §5.5.
    /// </summary>
    public string? UserInfoClaims { get; set; }

    /// <summary>
    /// Claims that the request asked the <c>id_token</c> for by name, separated by one space; null for none. OpenID Connect Core §5.5.
    /// </summary>
    public string? IdTokenClaims { get; set; }

    /// <summary>The organization that the client has switched to at a refresh; null: that of the session.</summary>
    public string? OrganizationId { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>No successor lives longer than this.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary><c>reuse_detected</c>, <c>revoked_by_client</c>, …</summary>
    public string? RevokeReason { get; set; }
}

/// <summary>One refresh token. A used row stays until it expires, so that reuse is seen.</summary>
public sealed class RefreshToken
{
    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; set; }

    public required Guid FamilyId { get; set; }

    public required DateTimeOffset IssuedAt { get; set; }

    /// <summary>End of the idle lifetime, never past the family's end.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was exchanged for its successor; null while it is the newest.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>SHA-256 of the successor, which is derived from this token and so can be given again inside the grace window.</summary>
    public byte[]? SuccessorHash { get; set; }
}

internal sealed class RefreshTokenConfiguration : IEntityTypeConfiguration<RefreshTokenFamily>, IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshTokenFamily> builder)
    {
        builder.Property(family => family.ClientId).HasMaxLength(200);
        builder.Property(family => family.AuthenticationMethods).HasMaxLength(128);
        builder.Property(family => family.RevokeReason).HasMaxLength(64);
        builder.Property(family => family.OrganizationId).HasMaxLength(64);
        builder.HasIndex(family => family.SessionId);
        builder.HasIndex(family => new { family.UserId, family.ClientId });
        builder.HasExpiryIndex(family => family.ExpiresAt);
    }

    public void Configure(EntityTypeBuilder<RefreshToken> builder)
    {
        builder.HasKey(token => token.TokenHash);
        builder.HasExpiryIndex(token => token.ExpiresAt);

        // Each row is changed once, when it is used: with room on its page that touches no index. PostgreSQL only.
        builder.HasAnnotation("Npgsql:StorageParameter:fillfactor", 75);
    }
}
