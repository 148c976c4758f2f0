using System.Collections.Frozen;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// The signing keys of this installation as this node knows them. A key is announced in the JWKS before it signs and stays there after it
/// has signed, so that every verifier that reads the JWKS once in a while always has the key it needs. ASSURANCE F6.
/// </summary>
internal sealed class KeyRing(SigningKeyStore store, KeyProtector protector, TimeProvider time) : IDisposable
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan SigningPeriod = TimeSpan.FromDays(90);

    /// <summary>How long before it signs a key is published.</summary>
    public static readonly TimeSpan Announcement = TimeSpan.FromDays(14);

    /// <summary>How long after it has signed a key stays published.</summary>
    public static readonly TimeSpan Retirement = TimeSpan.FromDays(14);

    /// <summary>One line of keys for each.</summary>
    public static readonly IReadOnlyList<string> Algorithms = SignedResponseAlgorithms.All;

    /// <summary>How often the ring is looked after; a key is made this much earlier, so that its announcement is never cut short.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>How far the clocks of nodes may be apart: a key of a faster node counts as good, instead of making another.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // A kid that is not known may be that of a key which another node has just made.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);

    // One reading at a time: one that began earlier may not take the place of a later one.
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private DateTimeOffset _refreshedAt;
    private volatile Keys _keys = new([], FrozenDictionary<string, PublishedKey>.Empty);

    /// <summary>Every published key, in the order in which they begin to sign.</summary>
    public IReadOnlyList<PublishedKey> Published => _keys.InOrder;

    /// <summary>The key that signs with <paramref name="algorithm"/> now.</summary>
    /// <exception cref="InvalidOperationException">There is none: <see cref="RefreshAsync"/> has not run.</exception>
    public JwtSigner Signer(string algorithm)
    {
        var now = time.GetUtcNow();
        PublishedKey? newest = null;
        foreach (var key in _keys.InOrder)
        {
            if (key.Signer.Algorithm == algorithm && (newest is null || key.NotBefore <= now))
                newest = key;
        }

        return newest?.Signer ?? throw new InvalidOperationException($"The key ring holds no {algorithm} key.");
    }

    /// <summary>The published key with this <c>kid</c>; null when there is none, in the database either.</summary>
    public async ValueTask<JsonWebKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (_keys.ById.TryGetValue(keyId, out var known))
            return known.Signer.PublicKey;
        if (time.GetUtcNow() < _refreshedAt + LookAgainAfter)
            return null;
        await RefreshAsync(cancellationToken);
        return _keys.ById.GetValueOrDefault(keyId)?.Signer.PublicKey;
    }

    /// <summary>Reads the ring from the database, and adds what the life cycle asks for. Safe to run on all nodes at once.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(cancellationToken);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys.InOrder)
            key.Signer.Dispose();
        _refreshing.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        _refreshedAt = now;
        var stored = await store.ListPublishedAsync(now, cancellationToken);
        if (Missing(stored, now).Count > 0)
            stored = await store.AddMissingAsync(
                ring => [.. Missing(ring, now).Select(next => Create(next.Algorithm, next.NotBefore, now))], now, cancellationToken);

        var known = _keys.ById;
        var keys = stored
            .OrderBy(key => key.NotBefore)
            .ThenBy(key => key.KeyId, StringComparer.Ordinal)
            .Select(key => known.GetValueOrDefault(key.KeyId) ?? Unwrap(key))
            .ToArray();
        _keys = new Keys(keys, keys.ToFrozenDictionary(key => key.Signer.Kid, StringComparer.Ordinal));
    }

    // Wanted at every moment: a key that signs now, and one that will sign when the announcement that begins now has passed.
    private static List<(string Algorithm, DateTimeOffset NotBefore)> Missing(IReadOnlyList<SigningKey> ring, DateTimeOffset now)
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

    private SigningKey Create(string algorithm, DateTimeOffset notBefore, DateTimeOffset now)
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

    private PublishedKey Unwrap(SigningKey key) =>
        new(JwtSigner.Import(key.Algorithm, protector.Unwrap(SigningKey.WrapPurposeOf(key.KeyId), key.WrappedPrivateKey)), key.NotBefore);

    private sealed record Keys(PublishedKey[] InOrder, FrozenDictionary<string, PublishedKey> ById);
}

/// <summary>A key of the ring, ready for use.</summary>
/// <param name="NotBefore">It signs from here on, until the next of its line does.</param>
internal sealed record PublishedKey(JwtSigner Signer, DateTimeOffset NotBefore);
