using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Clients;

/// <summary>When a secret last proved who a client is, so that an administrator sees when an old one can go.</summary>
public sealed class ClientSecretUse
{
    /// <summary>The client, or the API resource that introspects.</summary>
    public required string ClientId { get; set; }

    /// <summary>Which of its secrets: says nothing about the secret to who does not have its digest.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>Right to the minute. UTC.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }
}

internal sealed class ClientSecretUseConfiguration : IEntityTypeConfiguration<ClientSecretUse>
{
    public void Configure(EntityTypeBuilder<ClientSecretUse> builder)
    {
        builder.HasKey(use => new { use.ClientId, use.Fingerprint });
        builder.Property(use => use.ClientId).HasMaxLength(200);
        builder.Property(use => use.Fingerprint).HasMaxLength(32);
        builder.HasExpiryIndex(use => use.LastUsedAt);
    }
}
