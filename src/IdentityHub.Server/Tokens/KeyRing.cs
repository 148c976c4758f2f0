using System.Collections.Frozen;
using System.Text.Json;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// The signing keys of this installation as this node knows them. A key is announced in the JWKS before it signs and stays there after it
/// has signed, so that every verifier that reads the JWKS once in a while always has the key it needs. ASSURANCE F6. Keys that were
/// imported from other issuers are published too; they sign nothing, and no token of theirs is accepted here.
/// </summary>
internal sealed class KeyRing(SigningKeyStore store, KeyProtector protector, TimeProvider time) : IDisposable
{
    // A kid that is not known may be that of a key which another node has just made.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);

    // One reading at a time: one that began earlier may not take the place of a later one.
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private long _refreshedAt;
    private volatile Keys _keys = new([], FrozenDictionary<string, PublishedKey>.Empty, [], []);

    /// <summary>
    /// The key set: the keys of this installation in the order in which they begin to sign, then the imported ones. Another object when
    /// anything in it has changed.
    /// </summary>
    public IReadOnlyList<JsonWebKey> Published => _keys.Set;

    /// <summary>
    /// The key that signs with <paramref name="algorithm"/> now: the newest that has begun and was not retired. A node that has not reached
    /// the database for long goes on with the last one that it knows.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none: <see cref="RefreshAsync"/> has not run.</exception>
    public JwtSigner Signer(string algorithm)
    {
        var now = time.GetUtcNow();
        PublishedKey? newest = null;
        foreach (var key in _keys.InOrder)
        {
            if (key.Signer.Algorithm == algorithm
                && (newest is null || (key.NotBefore <= now && (key.SignUntil > now || newest.SignUntil <= now))))
                newest = key;
        }

        return newest?.Signer ?? throw new InvalidOperationException($"The key ring holds no {algorithm} key.");
    }

    /// <summary>Until when the keys that are known sign, for each algorithm.</summary>
    public IEnumerable<(string Algorithm, DateTimeOffset SignUntil)> Ends() =>
        from key in _keys.InOrder
        group key.SignUntil by key.Signer.Algorithm into line
        select (line.Key, line.Max());

    /// <summary>
    /// The published key of this installation with this <c>kid</c>; null when there is none, in the database either. Imported keys are not
    /// looked for.
    /// </summary>
    public async ValueTask<JsonWebKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (_keys.ById.TryGetValue(keyId, out var known))
            return known.Signer.PublicKey;
        if (time.GetElapsedTime(_refreshedAt) < LookAgainAfter)
            return null;
        await RefreshAsync(cancellationToken);
        return _keys.ById.GetValueOrDefault(keyId)?.Signer.PublicKey;
    }

    /// <summary>Reads the ring from the database, and adds what the life cycle asks for. Safe to run on all nodes at once.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken)
    {
        _refreshedAt = time.GetTimestamp();
        return FollowAsync(cancellationToken);
    }

    /// <summary>The same, run again and again: a <c>kid</c> that is not known is looked for all the same.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
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
        var stored = await store.ListPublishedAsync(now, cancellationToken);
        if (SigningKeyLifeCycle.FindMissing(stored, now).Count > 0)
            stored = await store.AddMissingAsync(
                ring => [
                    .. SigningKeyLifeCycle
                        .FindMissing(ring, now)
                        .Select(next => SigningKeyLifeCycle.Create(protector, next.Algorithm, next.NotBefore, now)),
                ],
                now, cancellationToken);
        var imported = await store.ListImportedAsync(now, cancellationToken);

        var known = _keys;
        var keys = stored
            .OrderBy(key => key.NotBefore)
            .ThenBy(key => key.KeyId, StringComparer.Ordinal)
            .Select(key => known.ById.TryGetValue(key.KeyId, out var same)
                ? same with { NotBefore = key.NotBefore, SignUntil = key.SignUntil }
                : Unwrap(key))
            .ToArray();
        var foreign = imported.Select(key => key.PublicKey).ToArray();
        if (keys.SequenceEqual(known.InOrder) && foreign.SequenceEqual(known.Imported, StringComparer.Ordinal))
            return;
        var ids = keys.ToFrozenDictionary(key => key.Signer.Kid, StringComparer.Ordinal);
        _keys = new Keys(keys, ids, foreign, [.. keys.Select(key => key.Signer.PublicKey), .. foreign.Select(ReadPublicKey)]);
    }

    // It was checked when it was imported.
    private static JsonWebKey ReadPublicKey(string json) =>
        JsonWebKey.TryParse(JsonElement.Parse(json), out var key, out var fault) ? key : throw new InvalidDataException(fault);

    private PublishedKey Unwrap(SigningKey key) => new(
        JwtSigner.Import(key.Algorithm, protector.Unwrap(SigningKey.WrapPurposeOf(key.KeyId), key.WrappedPrivateKey)), key.NotBefore,
        key.SignUntil);

    private sealed record Keys(
        PublishedKey[] InOrder, FrozenDictionary<string, PublishedKey> ById, string[] Imported, IReadOnlyList<JsonWebKey> Set);
}

/// <summary>A key of the ring, ready for use.</summary>
/// <param name="NotBefore">It signs from here on, until the next of its line does.</param>
/// <param name="SignUntil">It does not sign from here on.</param>
internal sealed record PublishedKey(JwtSigner Signer, DateTimeOffset NotBefore, DateTimeOffset SignUntil);
