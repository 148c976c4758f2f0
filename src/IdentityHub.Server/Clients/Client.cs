using System.Collections.Frozen;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Jose;

namespace IdentityHub.Server.Clients;

/// <summary>
/// Whoever authenticates as a client: a client of the configuration, or an API resource, which may introspect and nothing else.
/// Immutable; made once per configuration generation.
/// </summary>
internal sealed class Client
{
    public required string Id { get; init; }

    /// <summary>False: nothing is issued to it, and nothing issued to it is alive.</summary>
    public required bool Enabled { get; init; }

    /// <summary>True for an API resource: <see cref="Id"/> is its audience.</summary>
    public bool IsResource { get; init; }

    /// <summary>A value of <see cref="Protocol.ClientAuthMethods"/>; Basic and post are each accepted for the other.</summary>
    public required string AuthMethod { get; init; }

    /// <summary>Digests of every secret, live or not.</summary>
    public required IReadOnlyList<SecretDigest> Secrets { get; init; }

    /// <summary>Public keys for <c>private_key_jwt</c>.</summary>
    public IReadOnlyList<JsonWebKey> Keys { get; init; } = [];

    public FrozenSet<string> GrantTypes { get; init; } = FrozenSet<string>.Empty;

    /// <summary>What it may ask for, in the order of the file; of an API resource: the scopes that it understands.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>What it gets when it asks for nothing.</summary>
    public IReadOnlyList<string> DefaultScopes { get; init; } = [];

    public FrozenSet<string> Dialects { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Null: the door's own default.</summary>
    public AccessTokenFormat? AccessTokenFormat { get; init; }

    /// <summary>Null: the door's own default.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>JWS algorithm of its JWT access tokens.</summary>
    public string AccessTokenAlgorithm { get; init; } = JwsAlgorithms.ES256;

    public RefreshTokenDefinition RefreshToken { get; init; } = new();

    public override string ToString() => $"{nameof(Client)} {{ Id = {Id} }}";
}
