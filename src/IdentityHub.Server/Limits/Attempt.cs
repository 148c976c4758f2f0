namespace IdentityHub.Server.Limits;

/// <summary>What the limits say before a secret is looked at.</summary>
internal enum AttemptVerdict
{
    /// <summary>Evaluate it.</summary>
    Evaluate,

    /// <summary>Nothing was counted: by now the caller is trusted at this address.</summary>
    Trusted,

    /// <summary>
    /// Refuse in the words of a wrong secret: too many failures of what the caller sent. It may be told where the contract says so.
    /// </summary>
    RefuseSubject,

    /// <summary>
    /// Refuse in the words of a wrong secret, and tell nothing: too many failures of the account, under other names or from other
    /// addresses.
    /// </summary>
    RefuseQuietly,

    /// <summary>Refuse with 429: too many subjects failing from this address.</summary>
    RefuseAddress,

    /// <summary>Refuse with 503: too many attempts of this subject from this address are under way on this node.</summary>
    Busy,
}

/// <summary>One counted attempt; dispose it when it has been evaluated.</summary>
internal sealed record Attempt(AttemptVerdict Verdict, AttemptKind Kind, AttemptSubject Subject, IReadOnlyList<SemaphoreSlim> Gates)
    : IDisposable
{
    /// <summary>
    /// For every verdict but <see cref="AttemptVerdict.Evaluate"/>. Of a subject it may be told only where that is the caller.
    /// </summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>True when it is the subject's first from the address, which counts towards the address.</summary>
    public bool IsFirst { get; init; }

    /// <summary>True when it was counted over all addresses.</summary>
    public bool IsCountedAnywhere { get; init; }

    /// <summary>True when this attempt, unless it succeeds, blocks the account at the address.</summary>
    public bool BeganBlock { get; set; }

    /// <summary>True when it was counted only for a program at the address where it has logged in before.</summary>
    public bool IsOfKnownProgram { get; init; }

    /// <summary>
    /// Counts of what the caller sent from the address; of the account from the address, where there is one; of the address.
    /// </summary>
    public required AttemptCounts Counts { get; init; }

    public void Dispose()
    {
        foreach (var gate in Gates)
            gate.Release();
    }
}

/// <summary>What is known of the attempts at an account.</summary>
/// <param name="Attempts">Wrong ones of the last hour, from anywhere.</param>
/// <param name="BlockedUntil">Until when the next one is refused, from everywhere or from an address that has failed; null: from
/// nowhere.</param>
internal sealed record AttemptState(int Attempts, DateTimeOffset? BlockedUntil);

/// <summary>Where an attempt is counted.</summary>
/// <param name="Told">What the caller sent, from the address.</param>
/// <param name="Account">The account, from the address; null where there is none.</param>
/// <param name="Anywhere">The account, or what the caller sent, from anywhere.</param>
/// <param name="Address">All subjects of the address.</param>
internal sealed record AttemptCounts(byte[] Told, byte[]? Account, byte[] Anywhere, byte[] Address);
