using IdentityHub.Protocol.Jose;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Storage.SigningKeys;

/// <summary>
/// When a signing key is made, signs and leaves the JWKS, and which keys are missing for that. The server and the command line follow it.
/// ASSURANCE F6.
/// </summary>
public static class SigningKeyLifeCycle
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan SigningPeriod = TimeSpan.FromDays(90);

    /// <summary>How long before it signs a key is published.</summary>
    public static readonly TimeSpan Announcement = TimeSpan.FromDays(14);

    /// <summary>How long after it has signed a key stays published.</summary>
    public static readonly TimeSpan Retirement = TimeSpan.FromDays(14);

    /// <summary>How often the ring is looked after; a key is made this much earlier, so that its announcement is never cut short.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>How far the clocks of nodes may be apart: a key of a faster node counts as good, instead of making another.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long after a change every running node knows it: each reads the keys at least every ten seconds, and the clock of the command
    /// line may differ as well. The shortest announcement.
    /// </summary>
    public static readonly TimeSpan Propagation = Skew + TimeSpan.FromSeconds(30);

    /// <summary>One line of keys for each.</summary>
    public static readonly IReadOnlyList<string> Algorithms = SignedResponseAlgorithms.All;

    /// <summary>
    /// What is missing in the ring. Wanted at every moment: a key that signs now, and one that will sign when the announcement that begins
    /// now has passed.
    /// </summary>
    public static IReadOnlyList<(string Algorithm, DateTimeOffset NotBefore)> FindMissing(
        IReadOnlyList<SigningKey> ring, DateTimeOffset now)
    {
        var missing = new List<(string, DateTimeOffset)>();
        foreach (var algorithm in Algorithms)
        {
            var line = ring.Where(key => key.Algorithm == algorithm).ToList();
            if (!line.Exists(key => key.NotBefore <= now + Skew && key.SignUntil > now))
                missing.Add((algorithm, now));
            else if (line.Max(key => key.SignUntil) is var last && last <= now + Announcement + Interval)
                missing.Add((algorithm, last > now ? last : now));
        }

        return missing;
    }

    /// <summary>Makes a key; the caller stores it.</summary>
    public static SigningKey Create(KeyProtector protector, string algorithm, DateTimeOffset notBefore, DateTimeOffset now)
    {
        using var signer = JwtSigner.Create(algorithm);
        return new SigningKey
        {
            KeyId = signer.Kid,
            Algorithm = algorithm,
            WrappedPrivateKey = protector.Wrap(SigningKey.WrapPurposeOf(signer.Kid), signer.ExportPkcs8()),
            CreatedAt = now,
            NotBefore = notBefore,
            SignUntil = notBefore + SigningPeriod,
            PublishUntil = notBefore + SigningPeriod + Retirement,
        };
    }

    /// <summary>The key that signs at this moment: the newest of the line that may; null for none.</summary>
    public static SigningKey? FindSigning(IEnumerable<SigningKey> ring, string algorithm, DateTimeOffset now) => ring
        .Where(key => key.Algorithm == algorithm && key.NotBefore <= now && key.SignUntil > now)
        .OrderBy(key => key.NotBefore)
        .ThenBy(key => key.KeyId, StringComparer.Ordinal)
        .LastOrDefault();

    /// <summary>What becomes of a key of this installation.</summary>
    /// <param name="ring">All of them.</param>
    public static KeyState StateOf(SigningKey key, IEnumerable<SigningKey> ring, DateTimeOffset now) =>
        key.SignUntil <= now ? KeyState.Retired
        : key.NotBefore > now ? KeyState.Announced
        : FindSigning(ring, key.Algorithm, now)?.KeyId == key.KeyId ? KeyState.Signs
        : KeyState.Replaced;
}
