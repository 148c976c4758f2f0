using IdentityHub.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Audit;

/// <summary>What happened, who was affected, through which endpoint, and why. Holds no secret, token, code or OTP.</summary>
public sealed class AuditEvent
{
    /// <summary>The W3C trace id (16 bytes) that an error answer shows as <c>trace_id</c>.</summary>
    public required Guid TraceId { get; init; }

    /// <summary>Version 7 UUID: events of one trace in order.</summary>
    public required Guid Id { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>token.issued</c>, <c>token.refused</c>, <c>token.revoked</c>, …</summary>
    public required string Type { get; init; }

    /// <summary>The endpoint, e.g. <c>connect/token</c>.</summary>
    public required string Endpoint { get; init; }

    public string? GrantType { get; init; }

    /// <summary>What the caller claimed to be; cut to 200 characters.</summary>
    public string? ClientId { get; init; }

    public Guid? UserId { get; init; }

    public Guid? SessionId { get; init; }

    /// <summary>The stable code of the check that refused; null in the good case.</summary>
    public string? Reason { get; init; }

    /// <summary>The private sentence behind <see cref="Reason"/>.</summary>
    public string? Detail { get; init; }

    public string? IpAddress { get; init; }

    /// <summary>First 12 hex digits of the configuration generation that was in force.</summary>
    public string? Generation { get; init; }

    /// <summary>The user who did it by the administration API; null for a client that acts for itself, and for all other rows.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>What the administration API has changed, e.g. <c>organizations/acme</c>; null for all other rows.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// The fields that have changed: <c>{"before": {…}, "after": {…}}</c> as JSON, without secrets; null for rows that tell of no change.
    /// </summary>
    public string? Changes { get; init; }
}

internal sealed class AuditEventConfiguration : IEntityTypeConfiguration<AuditEvent>
{
    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        // The row is written for every token: the key grows with time (trace ids begin with the time).
        builder.HasKey(audit => new { audit.TraceId, audit.Id });
        builder.HasExpiryIndex(audit => audit.At);

        // To find the rows of one user or reason. Rows without the value are not in the index. There is none of the client: nearly
        // every row has one, and the index would take most of the time of the insert.
        builder.HasIndex(audit => new { audit.UserId, audit.At }).HasFilter("user_id IS NOT NULL");
        builder.HasIndex(audit => new { audit.Reason, audit.At }).HasFilter("reason IS NOT NULL");
        builder.Property(audit => audit.Type).HasMaxLength(64);
        builder.Property(audit => audit.Endpoint).HasMaxLength(64);
        builder.Property(audit => audit.GrantType).HasMaxLength(128);
        builder.Property(audit => audit.ClientId).HasMaxLength(200);
        builder.Property(audit => audit.Reason).HasMaxLength(64);
        builder.Property(audit => audit.Detail).HasMaxLength(512);
        builder.Property(audit => audit.IpAddress).HasMaxLength(45);
        builder.Property(audit => audit.Generation).HasMaxLength(12);
        builder.Property(audit => audit.Target).HasMaxLength(200);
    }
}
