using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>A code that stands in for a second factor that the user does not have at hand. Each works once.</summary>
public sealed class RecoveryCode
{
    public required Guid UserId { get; set; }

    /// <summary>Keyed hash of the user and the code.</summary>
    public required byte[] CodeHash { get; set; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>UTC; null while it can be used.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class RecoveryCodeConfiguration : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> builder)
    {
        builder.HasKey(code => new { code.UserId, code.CodeHash });
        builder.HasOne<Users.User>().WithMany().HasForeignKey(code => code.UserId);
    }
}
