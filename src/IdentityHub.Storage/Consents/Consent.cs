using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Consents;

/// <summary>What a user has agreed that a client may see, once and for all, until it is withdrawn.</summary>
public sealed class Consent
{
    public required Guid UserId { get; set; }

    public required string ClientId { get; set; }

    /// <summary>Separated by one space; a request for any part of them asks no more.</summary>
    public required string Scopes { get; set; }

    public required DateTimeOffset GrantedAt { get; set; }
}

internal sealed class ConsentConfiguration : IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Consent> builder)
    {
        builder.HasKey(consent => new { consent.UserId, consent.ClientId });
        builder.Property(consent => consent.ClientId).HasMaxLength(200);
        builder.HasOne<Users.User>().WithMany().HasForeignKey(consent => consent.UserId);
    }
}
