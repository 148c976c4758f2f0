using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Sessions;

/// <summary>A browser in which a user has proven their second factor, and is not asked for it again for a while.</summary>
public sealed class RememberedBrowser
{
    /// <summary>SHA-256 of the secret in the cookie of the browser. It names the row; it is no secret itself.</summary>
    public required byte[] SecretHash { get; set; }

    public required Guid UserId { get; set; }

    /// <summary>
    /// The user's, as it was when the browser was remembered: with another one the browser stands for nothing. Null: it was remembered by a
    /// version that did not note it, and stands for nothing either.
    /// </summary>
    public string? SecurityStamp { get; set; }

    /// <summary>What the browser said of itself when it was remembered; null where it said nothing.</summary>
    public string? UserAgent { get; set; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it last stood for a second factor; at first when it was remembered. UTC.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }

    /// <summary>From then on the second factor is asked for again; a use does not move it. UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class RememberedBrowserConfiguration : IEntityTypeConfiguration<RememberedBrowser>
{
    public void Configure(EntityTypeBuilder<RememberedBrowser> builder)
    {
        builder.HasKey(browser => browser.SecretHash);
        builder.Property(browser => browser.UserAgent).HasMaxLength(256);
        builder.HasIndex(browser => browser.UserId);
        builder.HasExpiryIndex(browser => browser.ExpiresAt);
        builder.HasOne<Users.User>().WithMany().HasForeignKey(browser => browser.UserId);
    }
}
