using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.AuthorizationCodes;

/// <summary>
/// An authorization code, with all that its redemption compares and passes on. A used row stays until it expires, so that replay is seen.
/// </summary>
public sealed class AuthorizationCode
{
    /// <summary>SHA-256 of the code.</summary>
    public required byte[] CodeHash { get; set; }

    public required string ClientId { get; set; }

    public required Guid UserId { get; set; }

    public required Guid SessionId { get; set; }

    /// <summary>The refresh token family that its redemption will start. Everything issued on the code ends with that family.</summary>
    public required Guid FamilyId { get; set; }

    /// <summary>The scopes that were granted, separated by one space.</summary>
    public required string Scopes { get; set; }

    /// <summary>As the request sent it; null when it sent none. RFC 6749 §4.1.3 wants the same at the token endpoint.</summary>
    public string? RedirectUri { get; set; }

    /// <summary>S256, 43 characters; null when the request sent none. RFC 7636 §4.3.</summary>
    public string? CodeChallenge { get; set; }

    /// <summary>Echoed in the <c>id_token</c>. OpenID Connect Core §3.1.2.1.</summary>
    public string? Nonce { get; set; }

    /// <summary>The names of the <c>claims</c> parameter; null for none. OpenID Connect Core §5.5.</summary>
    public string? ClaimsRequest { get; set; }

    /// <summary><c>auth_time</c> of the login that the user agreed with.</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary><c>amr</c> of that login, separated by one space.</summary>
    public required string AuthenticationMethods { get; set; }

    public required DateTimeOffset IssuedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class AuthorizationCodeConfiguration : IEntityTypeConfiguration<AuthorizationCode>
{
    public void Configure(EntityTypeBuilder<AuthorizationCode> builder)
    {
        // No foreign keys: short-lived rows, and the join of their read makes one without its session invalid.
        builder.HasKey(code => code.CodeHash);
        builder.Property(code => code.ClientId).HasMaxLength(200);
        builder.Property(code => code.CodeChallenge).HasMaxLength(43);
        builder.Property(code => code.AuthenticationMethods).HasMaxLength(128);
        builder.HasExpiryIndex(code => code.ExpiresAt);

        // Each row is changed once, when it is used. PostgreSQL only.
        builder.HasAnnotation("Npgsql:StorageParameter:fillfactor", 75);
    }
}
