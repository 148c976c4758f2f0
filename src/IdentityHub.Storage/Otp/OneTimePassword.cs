using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Otp;

/// <summary>
/// The newest code for an address at a client: there is one row for both, so that a newer code ends the older by taking its place.
/// </summary>
public sealed class OneTimePassword
{
    /// <summary>Keyed hash of the address, the client and the purpose of the code; no address in clear.</summary>
    public required byte[] SlotHash { get; set; }

    /// <summary>Another with each code; goes into <see cref="CodeHash"/>, so that equal codes do not look alike.</summary>
    public required Guid Id { get; set; }

    /// <summary>Keyed hash: a plain one of six digits is found out in a moment.</summary>
    public required byte[] CodeHash { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>How often it was evaluated, right or wrong; counted, and committed, before it is.</summary>
    public int Tries { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class OneTimePasswordConfiguration : IEntityTypeConfiguration<OneTimePassword>
{
    public void Configure(EntityTypeBuilder<OneTimePassword> builder)
    {
        builder.HasKey(password => password.SlotHash);
        builder.HasIndex(password => password.ExpiresAt);
    }
}
