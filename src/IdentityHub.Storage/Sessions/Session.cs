using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Sessions;

/// <summary>
/// A login, whichever endpoint it came through. Everything issued through it (access tokens, refresh families) ends with it.
/// </summary>
public sealed class Session
{
    /// <summary>Version 7 UUID; the <c>sid</c> claim. Not a secret.</summary>
    public required Guid Id { get; set; }

    /// <summary>SHA-256 of the secret handle (browser cookie, LSID); null where tokens are the only handles.</summary>
    public byte[]? HandleHash { get; set; }

    /// <summary>Who logged in; never changes.</summary>
    public required Guid UserId { get; set; }

    /// <summary>The user that the session acts as; the same as <see cref="UserId"/> unless an identity is assumed.</summary>
    public required Guid EffectiveUserId { get; set; }

    /// <summary>Which organization the session acts in; null for none.</summary>
    public string? EffectiveOrganizationId { get; set; }

    /// <summary>The session this one was cloned from.</summary>
    public Guid? ParentId { get; set; }

    /// <summary>The endpoint that started it, e.g. <c>connect/token</c>.</summary>
    public required string Endpoint { get; set; }

    /// <summary>The client through which the user logged in.</summary>
    public string? ClientId { get; set; }

    /// <summary><c>auth_time</c>, OpenID Connect Core §2. UTC.</summary>
    public required DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary><c>amr</c> values separated by one space (RFC 8176), e.g. <c>pwd otp</c>.</summary>
    public required string AuthenticationMethods { get; set; }

    /// <summary>
    /// True where the second factor was not asked for, because the browser is remembered; <see cref="AuthenticationMethods"/> does not name
    /// it then.
    /// </summary>
    public bool HasRememberedFactor { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Absolute end of the cookie or LSID, UTC; null without one. The session itself, with its tokens, may live on.</summary>
    public DateTimeOffset? HandleExpiresAt { get; set; }

    /// <summary>An LSID that is not used for so many seconds ends; null where another rule holds.</summary>
    public int? HandleIdleSeconds { get; set; }

    /// <summary>True when the user asked to stay signed in: the cookie outlives the browser, and idles longer.</summary>
    public bool IsPersistent { get; set; }

    /// <summary>Absolute end of the session and of all that belongs to it. UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was ended before its time; null until then.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why it was ended: <c>logout</c>, <c>user_disabled</c>, <c>password_changed</c>, …</summary>
    public string? EndReason { get; set; }

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }
}

/// <summary>A client that got something in a session: it is told when the session ends.</summary>
public sealed class SessionClient
{
    public required Guid SessionId { get; set; }

    public required string ClientId { get; set; }

    /// <summary>When it came first. UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>, IEntityTypeConfiguration<SessionClient>
{
    public void Configure(EntityTypeBuilder<SessionClient> builder)
    {
        builder.HasKey(client => new { client.SessionId, client.ClientId });
        builder.Property(client => client.ClientId).HasMaxLength(200);
        builder.HasOne<Session>().WithMany().HasForeignKey(client => client.SessionId);
    }

    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.Property(session => session.EffectiveOrganizationId).HasMaxLength(64);
        builder.Property(session => session.Endpoint).HasMaxLength(64);
        builder.Property(session => session.ClientId).HasMaxLength(200);
        builder.Property(session => session.AuthenticationMethods).HasMaxLength(128);
        builder.Property(session => session.EndReason).HasMaxLength(64);
        builder.Property(session => session.IpAddress).HasMaxLength(45);
        builder.Property(session => session.UserAgent).HasMaxLength(256);
        builder.HasIndex(session => session.HandleHash).IsUnique();
        builder.HasIndex(session => session.UserId);

        // Nearly no session acts as another user: for all others the index costs nothing.
        builder.HasIndex(session => session.EffectiveUserId).HasFilter("effective_user_id <> user_id");
        builder.HasExpiryIndex(session => session.ExpiresAt);
        builder.HasOne<Users.User>().WithMany().HasForeignKey(session => session.UserId);
    }
}
