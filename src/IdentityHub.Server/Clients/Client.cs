using System.Collections.Frozen;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Clients;

/// <summary>
/// A party that authenticates as a client: a client of the configuration, or an API resource, which may only introspect.
/// Immutable; made once per configuration generation.
/// </summary>
/// <param name="definition">As the files state it, or as the hub itself defines a client that no file has.</param>
internal sealed class Client(ClientDefinition definition)
{
    private readonly long[] _notedUses = new long[definition.ClientSecrets.Count];
    private string? _backEndName;

    public string Id => definition.ClientId;

    /// <summary>
    /// The generation that it is of. A request that has found its client reads all else there: another one may be in force meanwhile.
    /// </summary>
    public RegistrySnapshot Registry { get; set; } = RegistrySnapshot.Empty;

    /// <summary>False: nothing is issued to it, and nothing issued to it is valid.</summary>
    public bool Enabled => definition.Enabled;

    /// <summary>True for an API resource: <see cref="Id"/> is its audience.</summary>
    public bool IsResource { get; init; }

    /// <summary>A value of <see cref="ClientAuthMethods"/>; Basic and post are each accepted for the other.</summary>
    public string AuthMethod => definition.TokenEndpointAuthMethod;

    /// <summary>True for a client without a credential: any caller can send its id. RFC 6749 §2.1.</summary>
    public bool IsPublic => AuthMethod == ClientAuthMethods.None;

    /// <summary>True: it may say for which end user's address it calls. ASSURANCE L2.</summary>
    public bool SaysEndUserAddress => definition.OnBehalfOfIp;

    /// <summary>What the limits know it as once it has proven who it is.</summary>
    public string BackEndName => _backEndName ??= LimitNames.BackEndOfClient(Id);

    /// <summary>Digests of every secret, live or not.</summary>
    public IReadOnlyList<SecretDigest> Secrets => definition.ClientSecrets;

    /// <summary>
    /// True once a minute for each secret that is in use: the use is to be noted. It keeps the path of every request to one comparison.
    /// </summary>
    /// <param name="secret">Index in <see cref="Secrets"/>.</param>
    public bool IsUseNew(int secret, DateTimeOffset now)
    {
        var noted = Volatile.Read(ref _notedUses[secret]);
        if (now.UtcTicks - noted < TimeSpan.TicksPerMinute)
            return false;
        Volatile.Write(ref _notedUses[secret], now.UtcTicks);
        return true;
    }

    /// <summary>Public keys for <c>private_key_jwt</c>.</summary>
    public IReadOnlyList<JsonWebKey> Keys { get; } = KeysOf(definition);

    public FrozenSet<string> GrantTypes { get; } = definition.GrantTypes.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What it may ask for, in the order of the file; of an API resource: the scopes that it understands.</summary>
    public IReadOnlyList<string> Scopes => definition.Scope;

    /// <summary>What it gets when it asks for nothing.</summary>
    public IReadOnlyList<string> DefaultScopes => definition.DefaultScope is { Count: > 0 } given ? given : definition.Scope;

    /// <summary>What it calls itself at the hash-secret endpoint; null where it may not come there.</summary>
    public string? HashAlias { get; } =
        definition.Dialects.Except(definition.SuspendedDialects).Contains(DialectNames.HashSecret, StringComparer.Ordinal)
        || definition.GrantTypes.Contains(Protocol.GrantTypes.HashSecret, StringComparer.Ordinal)
            ? definition.HashAlias ?? definition.ClientId
            : null;

    /// <summary>The older APIs that it may use now.</summary>
    public FrozenSet<string> Dialects { get; } =
        definition.Dialects.Except(definition.SuspendedDialects).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The tenant whose customer-signed tokens it may exchange; null for none.</summary>
    public string? Tenant => definition.Tenant;

    /// <summary>The organization whose directory it is; null for none.</summary>
    public string? ScimOrganization => definition.ScimOrganization;

    /// <summary>Null: the endpoint's own default.</summary>
    public AccessTokenFormat? AccessTokenFormat => definition.AccessTokenFormat;

    /// <summary>Null: the endpoint's own default.</summary>
    public TimeSpan? AccessTokenLifetime => definition.AccessTokenLifetime;

    /// <summary>How long a login without a refresh token lasts; null: the default of the installation.</summary>
    public TimeSpan? LoginLifetime { get; init; }

    /// <summary>JWS algorithm of its JWT access tokens.</summary>
    public string AccessTokenAlgorithm => definition.AccessTokenSignedResponseAlg;

    /// <summary>One-time passwords; off unless the files turn them on.</summary>
    public OtpDefinition Otp { get; } = definition.Otp ?? new();

    public RefreshTokenDefinition RefreshToken => definition.RefreshToken;

    /// <summary>What it may exchange. RFC 8693.</summary>
    public TokenExchangeDefinition ExchangePolicy { get; } = definition.TokenExchange ?? new();

    /// <summary>What users see: the name, or the id where there is none.</summary>
    public string Name => definition.ClientName ?? definition.ClientId;

    /// <summary>Compared exactly; only the port of a loopback URI may differ.</summary>
    public IReadOnlyList<string> RedirectUris => definition.RedirectUris;

    /// <summary>Compared as <see cref="RedirectUris"/> are.</summary>
    public IReadOnlyList<string> PostLogoutRedirectUris => definition.PostLogoutRedirectUris;

    /// <summary>OpenID Connect Back-Channel Logout §2.2; null for none.</summary>
    public string? BackchannelLogoutUri => definition.BackchannelLogoutUri;

    /// <summary>True: the logout token names the session.</summary>
    public bool BackchannelLogoutSessionRequired => definition.BackchannelLogoutSessionRequired;

    /// <summary>OpenID Connect Front-Channel Logout §2; null for none.</summary>
    public string? FrontchannelLogoutUri => definition.FrontchannelLogoutUri;

    /// <summary>True: the frame's address carries <c>iss</c> and <c>sid</c>.</summary>
    public bool FrontchannelLogoutSessionRequired => definition.FrontchannelLogoutSessionRequired;

    /// <summary>True: a logout ends its <c>offline_access</c> too.</summary>
    public bool RevokeOfflineAccessAtLogout => definition.RevokeOfflineAccessAtLogout;

    /// <summary>
    /// True when what it was granted with <c>offline_access</c> outlives a logout. OpenID Connect Back-Channel Logout §2.7.
    /// </summary>
    public bool OfflineAccessOutlivesLogout => !RevokeOfflineAccessAtLogout && Scopes.Contains("offline_access", StringComparer.Ordinal);

    /// <summary>True: users are asked before the client sees their data.</summary>
    public bool RequireConsent => definition.RequireConsent;

    /// <summary>From when on its users must have a second factor; null: they need none for it.</summary>
    public DateTimeOffset? MfaRequiredFrom => definition.RequireMfa ? definition.MfaGraceUntil ?? DateTimeOffset.MinValue : null;

    /// <summary>False: a remembered browser does not stand for the second factor of its users.</summary>
    public bool RemembersBrowser => definition.RememberBrowser;

    /// <summary>True: its password grant goes on without the second factor of a user who has one.</summary>
    public bool AllowPasswordGrantWithoutMfa => definition.AllowPasswordGrantWithoutMfa;

    /// <summary>RFC 9126 §6.</summary>
    public bool RequirePushedAuthorizationRequests => definition.RequirePushedAuthorizationRequests;

    /// <summary>RFC 7636: always for public clients; for others unless the file says otherwise.</summary>
    public bool RequirePkce => definition.RequirePkce ?? IsPublic;

    /// <summary>JWS algorithm of its <c>id_token</c> and <c>logout_token</c>.</summary>
    public string IdTokenAlgorithm => definition.IdTokenSignedResponseAlg;

    /// <summary>How long its <c>id_token</c>s are valid.</summary>
    public TimeSpan IdTokenLifetime => definition.IdTokenLifetime;

    /// <summary>Which claims of a user its <c>id_token</c>s hold.</summary>
    public IdTokenClaims IdTokenClaims => definition.IdTokenClaims;

    /// <summary>Its own claims in access tokens, with their values.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> AccessTokenClaims { get; } =
        ClaimValues.Of(definition, ClaimDestination.AccessToken);

    /// <summary>Its own claims in its <c>id_token</c>s.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> OwnIdTokenClaims { get; } = ClaimValues.Of(definition, ClaimDestination.IdToken);

    /// <summary>Its own claims at userinfo.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> UserinfoClaims { get; } = ClaimValues.Of(definition, ClaimDestination.Userinfo);

    /// <summary>Its own claims in the answers of introspection about its tokens.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> IntrospectionClaims { get; } =
        ClaimValues.Of(definition, ClaimDestination.Introspection);

    /// <summary>How long an authorization code lives; at most 60 s.</summary>
    public TimeSpan AuthorizationCodeLifetime => definition.AuthorizationCodeLifetime;

    /// <summary>
    /// True when a login for these scopes gives it a refresh token: a client that knows <c>offline_access</c> says by it when it wants one;
    /// a plain OAuth client gets one whenever it may refresh.
    /// </summary>
    public bool GetsRefreshToken(IReadOnlyList<string> scopes) =>
        GrantTypes.Contains(Protocol.GrantTypes.RefreshToken)
        && (scopes.Contains("offline_access", StringComparer.Ordinal) || !Scopes.Contains("offline_access", StringComparer.Ordinal));

    // Validated when the files were read: a fault here is a bug.
    private static JsonWebKey[] KeysOf(ClientDefinition definition) =>
        [.. (definition.Jwks?.Keys ?? []).Select(key => key.ToKey(out var fault) ?? throw new InvalidOperationException(fault))];

    public override string ToString() => $"{nameof(Client)} {{ Id = {Id} }}";
}
