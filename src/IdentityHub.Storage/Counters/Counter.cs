using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Counters;

/// <summary>Attempts under one key (an account from an address, an account, an address), the same for all nodes.</summary>
public sealed class Counter
{
    /// <summary>SHA-256 of the rule's name and what it counts by; no name or address in clear.</summary>
    public required byte[] KeyHash { get; set; }

    /// <summary>Attempts that were let through since the window opened.</summary>
    public required int Attempts { get; set; }

    /// <summary>Whether the newest attempt was let through; how the counting statement tells its caller.</summary>
    public required bool LetThrough { get; set; }

    /// <summary>Nothing is let through before this time.</summary>
    public DateTimeOffset? BlockedUntil { get; set; }

    /// <summary>The row counts as absent from here on.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class CounterConfiguration : IEntityTypeConfiguration<Counter>
{
    public void Configure(EntityTypeBuilder<Counter> builder)
    {
        builder.HasKey(counter => counter.KeyHash);
        builder.HasIndex(counter => counter.ExpiresAt);
    }
}
