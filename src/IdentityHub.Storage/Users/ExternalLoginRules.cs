using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Users;

/// <summary>How long the texts of a login at another provider may be, in characters. docs/decisions/0037.</summary>
public static class ExternalLoginRules
{
    /// <summary>Longest name of a provider.</summary>
    public const int MaxProviderLength = 128;

    /// <summary>
    /// Longest subject. OpenID Connect Core §2 allows 255; ASP.NET Core Identity has kept up to 450.
    /// </summary>
    public const int MaxSubjectLength = 450;

    /// <summary>Longest name for display.</summary>
    public const int MaxNameLength = 256;
}

internal sealed class ExternalLoginConfiguration : IEntityTypeConfiguration<IdentityUserLogin<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> builder)
    {
        builder.Property(login => login.LoginProvider).HasMaxLength(ExternalLoginRules.MaxProviderLength);
        builder.Property(login => login.ProviderKey).HasMaxLength(ExternalLoginRules.MaxSubjectLength);
        builder.Property(login => login.ProviderDisplayName).HasMaxLength(ExternalLoginRules.MaxNameLength);
    }
}
