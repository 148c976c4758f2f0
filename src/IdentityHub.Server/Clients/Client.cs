using System.Collections.Frozen;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;

namespace IdentityHub.Server.Clients;

/// <summary>
/// Whoever authenticates as a client: a client of the configuration, or an API resource, which may introspect and nothing else.
/// Immutable; made once per configuration generation.
/// </summary>
internal sealed class Client
{
    private string? _backEndName;

    public required string Id { get; init; }

    /// <summary>False: nothing is issued to it, and nothing issued to it is alive.</summary>
    public required bool Enabled { get; init; }

    /// <summary>True for an API resource: <see cref="Id"/> is its audience.</summary>
    public bool IsResource { get; init; }

    /// <summary>A value of <see cref="ClientAuthMethods"/>; Basic and post are each accepted for the other.</summary>
    public required string AuthMethod { get; init; }

    /// <summary>True when nothing proves who it is: it names itself, and anybody can. RFC 6749 §2.1.</summary>
    public bool IsPublic => AuthMethod == ClientAuthMethods.None;

    /// <summary>True: it may say for which end user's address it calls. ASSURANCE L2.</summary>
    public bool SaysEndUserAddress { get; init; }

    /// <summary>What the limits know it as once it has proven who it is.</summary>
    public string BackEndName => _backEndName ??= $"client:{Id}";

    /// <summary>Digests of every secret, live or not.</summary>
    public required IReadOnlyList<SecretDigest> Secrets { get; init; }

    /// <summary>Public keys for <c>private_key_jwt</c>.</summary>
    public IReadOnlyList<JsonWebKey> Keys { get; init; } = [];

    public FrozenSet<string> GrantTypes { get; init; } = FrozenSet<string>.Empty;

    /// <summary>What it may ask for, in the order of the file; of an API resource: the scopes that it understands.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>What it gets when it asks for nothing.</summary>
    public IReadOnlyList<string> DefaultScopes { get; init; } = [];

    /// <summary>What it calls itself at the hash-secret endpoint; null where it may not come there.</summary>
    public string? HashAlias { get; init; }

    public FrozenSet<string> Dialects { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The tenant whose customer-signed tokens it may exchange; null for none.</summary>
    public string? Tenant { get; init; }

    /// <summary>Null: the endpoint's own default.</summary>
    public AccessTokenFormat? AccessTokenFormat { get; init; }

    /// <summary>Null: the endpoint's own default.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>How long a login without a refresh token lasts; null: the house's default.</summary>
    public TimeSpan? LoginLifetime { get; init; }

    /// <summary>JWS algorithm of its JWT access tokens.</summary>
    public string AccessTokenAlgorithm { get; init; } = JwsAlgorithms.ES256;

    /// <summary>One-time passwords; off unless the files turn them on.</summary>
    public OtpDefinition Otp { get; init; } = new();

    public RefreshTokenDefinition RefreshToken { get; init; } = new();

    /// <summary>What it may exchange. RFC 8693.</summary>
    public TokenExchangeDefinition ExchangePolicy { get; init; } = new();

    /// <summary>What users see: the name, or the id where there is none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Compared exactly; only the port of a loopback URI may differ.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>Compared as <see cref="RedirectUris"/> are.</summary>
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>OpenID Connect Back-Channel Logout §2.2; null for none.</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>True: the logout token names the session.</summary>
    public bool BackchannelLogoutSessionRequired { get; init; }

    /// <summary>OpenID Connect Front-Channel Logout §2; null for none.</summary>
    public string? FrontchannelLogoutUri { get; init; }

    /// <summary>True: the frame's address carries <c>iss</c> and <c>sid</c>.</summary>
    public bool FrontchannelLogoutSessionRequired { get; init; }

    /// <summary>True: a logout ends its <c>offline_access</c> too.</summary>
    public bool RevokeOfflineAccessAtLogout { get; init; }

    /// <summary>True when what it was granted with <c>offline_access</c> outlives a logout. OpenID Connect Back-Channel Logout §2.7.</summary>
    public bool OfflineAccessOutlivesLogout => !RevokeOfflineAccessAtLogout && Scopes.Contains("offline_access", StringComparer.Ordinal);

    /// <summary>True: users are asked before the client sees their data.</summary>
    public bool RequireConsent { get; init; }

    /// <summary>RFC 9126 §6.</summary>
    public bool RequirePushedAuthorizationRequests { get; init; }

    /// <summary>RFC 7636: always for public clients; for others unless the file says otherwise.</summary>
    public bool RequirePkce { get; init; }

    /// <summary>JWS algorithm of its <c>id_token</c> and <c>logout_token</c>.</summary>
    public string IdTokenAlgorithm { get; init; } = JwsAlgorithms.RS256;

    /// <summary>How long its <c>id_token</c>s are valid.</summary>
    public TimeSpan IdTokenLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Which claims of a user its <c>id_token</c>s hold.</summary>
    public IdTokenClaims IdTokenClaims { get; init; }

    /// <summary>How long an authorization code lives; at most 60 s.</summary>
    public TimeSpan AuthorizationCodeLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// True when a login for these scopes gives it a refresh token: a client that knows <c>offline_access</c> says by it when it wants one;
    /// a plain OAuth client gets one whenever it may refresh.
    /// </summary>
    public bool GetsRefreshToken(IReadOnlyList<string> scopes) =>
        GrantTypes.Contains(Protocol.GrantTypes.RefreshToken)
        && (scopes.Contains("offline_access", StringComparer.Ordinal) || !Scopes.Contains("offline_access", StringComparer.Ordinal));

    public override string ToString() => $"{nameof(Client)} {{ Id = {Id} }}";
}
