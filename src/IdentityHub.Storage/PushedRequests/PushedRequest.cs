using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.PushedRequests;

/// <summary>
/// An authorization request that a client has pushed. RFC 9126. Used up when a code is issued on it, not when it is read.
/// </summary>
public sealed class PushedRequest
{
    /// <summary>What the parameters of a pushed request are wrapped for.</summary>
    public const string WrapPurpose = "pushed-request";

    /// <summary>What the long address of a client is wrapped for, which is kept in the same table.</summary>
    public const string AddressWrapPurpose = "kept-address";

    /// <summary>What the link of a login is wrapped for, which is kept in the same table.</summary>
    public const string LoginLinkWrapPurpose = "login-link";

    /// <summary>SHA-256 of the reference behind <c>urn:ietf:params:oauth:request_uri:</c>.</summary>
    public required byte[] RequestHash { get; set; }

    public required string ClientId { get; set; }

    /// <summary>The parameters as a form body, wrapped with the key-protection key: an <c>id_token_hint</c> may be among them.</summary>
    public required byte[] WrappedParameters { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class PushedRequestConfiguration : IEntityTypeConfiguration<PushedRequest>
{
    public void Configure(EntityTypeBuilder<PushedRequest> builder)
    {
        builder.HasKey(request => request.RequestHash);
        builder.Property(request => request.ClientId).HasMaxLength(200);
        builder.HasExpiryIndex(request => request.ExpiresAt);
    }
}
