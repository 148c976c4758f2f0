using System.ComponentModel;
using System.Text.Json.Serialization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>A client as the files state it. Keys are those of RFC 7591 §2 and its successors where there is one.</summary>
[Description("An application that asks for tokens.")]
public sealed record ClientDefinition : ConfigDefinition
{
    [Description("Unique; compared exactly. RFC 6749 §2.2.")]
    [Matches(@"^[\x21-\x7E]{1,200}$", "1 to 200 visible ASCII characters")]
    public required string ClientId { get; init; }

    [Description("What users and administrators see; the client_id where it is left out.")]
    public string? ClientName { get; init; }

    [Description("Who answers for the client, such as an e-mail address: they are told before something that it uses ends. RFC 7591 §2.")]
    [Matches(Contact.Pattern, Contact.Words)]
    public IReadOnlyList<string> Contacts { get; set; } = [];

    [Description("False refuses every request of the client and every use of its tokens.")]
    public bool Enabled { get; set; } = true;

    [Description("The organization that the client belongs to.")]
    public string? Organization { get; init; }

    [Description(
        "The organization whose directory the client is: with the scope scim it makes, changes and erases the users there and below, and "
            + "gives them roles in it. RFC 7644.")]
    public string? ScimOrganization { get; init; }

    [Description("Ways of getting tokens.")]
    [OneOf(typeof(GrantTypes))]
    public IReadOnlyList<string> GrantTypes { get; set; } = [];

    [Description(
        "How the client proves who it is. client_secret_basic and client_secret_post are each accepted for the other; none is a "
            + "public client.")]
    [OneOf(typeof(ClientAuthMethods))]
    public string TokenEndpointAuthMethod { get; set; } = ClientAuthMethods.Basic;

    [Description("Several may be live at once, so that one can be replaced without a gap.")]
    public IReadOnlyList<SecretDigest> ClientSecrets { get; set; } = [];

    [Description("Public keys for private_key_jwt. RFC 7517 §5.")]
    public JwksDefinition? Jwks { get; init; }

    [Description("Compared exactly; only the port of a loopback URI may differ. RFC 9700 §2.1.")]
    public IReadOnlyList<string> RedirectUris { get; set; } = [];

    [Description(
        "True: redirect URIs may have an app's scheme without a dot, such as myapp:/callback, which any other app can claim too. RFC 8252 "
            + "§7.1 asks for a reversed domain name.")]
    public bool AllowCustomScheme { get; init; }

    [Description("Where the browser may be sent after a logout. OpenID Connect RP-Initiated Logout §3.1.")]
    public IReadOnlyList<string> PostLogoutRedirectUris { get; set; } = [];

    [Description("Receives a logout token when a session ends. OpenID Connect Back-Channel Logout §2.2.")]
    public string? BackchannelLogoutUri { get; init; }

    [Description("True: the logout token names the session (sid).")]
    public bool BackchannelLogoutSessionRequired { get; init; }

    [Description("Loaded in a frame when a session ends. OpenID Connect Front-Channel Logout §2.")]
    public string? FrontchannelLogoutUri { get; init; }

    [Description("True: the frame's address carries iss and sid.")]
    public bool FrontchannelLogoutSessionRequired { get; init; }

    [Description(
        "True: a logout ends what was granted with offline_access too. False: that goes on until the user signs out everywhere. OpenID "
            + "Connect Back-Channel Logout §2.7.")]
    public bool RevokeOfflineAccessAtLogout { get; init; }

    [Description("Origins from which a browser may call the token endpoint, such as https://app.example.com.")]
    public IReadOnlyList<string> AllowedCorsOrigins { get; set; } = [];

    [Description("Scopes that the client may ask for, separated by blanks.")]
    [SpaceDelimited]
    public IReadOnlyList<string> Scope { get; set; } = [];

    [Description("Scopes granted when the client asks for none; all of 'scope' where it is left out.")]
    [SpaceDelimited]
    public IReadOnlyList<string> DefaultScope { get; set; } = [];

    [Description("True: users are asked before the client sees their data.")]
    public bool RequireConsent { get; init; }

    [Description(
        "True: users of the client must have a second factor. Who has none sets one up before the login goes on. Endpoints that cannot ask "
            + "for a second factor refuse.")]
    public bool RequireMfa { get; init; }

    [Description("Until then users without a second factor may put the set-up off.")]
    public DateTimeOffset? MfaGraceUntil { get; init; }

    [Description("False: a remembered browser does not stand for the second factor of a user of the client.")]
    public bool RememberBrowser { get; set; } = true;

    [Description(
        "True: the password grant of the client goes on without the second factor of a user who has one. Weaker: who knows the password "
            + "gets tokens with acr urn:identityhub:acr:1. For programs that cannot send the parameter otp.")]
    public bool AllowPasswordGrantWithoutMfa { get; init; }

    [Description("True: authorization requests must be pushed first. RFC 9126 §6.")]
    public bool RequirePushedAuthorizationRequests { get; init; }

    [Description("RFC 7636. Left out: required for public clients; false is refused for them.")]
    public bool? RequirePkce { get; init; }

    [Description("The older APIs that the client may use.")]
    [OneOf(typeof(DialectNames))]
    public IReadOnlyList<string> Dialects { get; set; } = [];

    [Description("Those of 'dialects' that refuse the client for now, as if they were not named there. Its settings for them stay.")]
    [OneOf(typeof(DialectNames))]
    public IReadOnlyList<string> SuspendedDialects { get; set; } = [];

    [Description("The 'hash' by which a client of the dialect hash-secret calls itself; its client_id where it is left out.")]
    [Length(1, 500)]
    public string? HashAlias { get; init; }

    [Description("The tenant whose customer-signed tokens the client may exchange for its own (grant jwt-bearer). RFC 7523 §2.1.")]
    public string? Tenant { get; init; }

    [Description(
        "True: the client is a back end that says, by the parameter on_behalf_of_ip, for which end user's address it calls; failures count "
            + "for that address. Never for a public client.")]
    public bool OnBehalfOfIp { get; init; }

    [Description("One-time passwords.")]
    public OtpDefinition? Otp { get; init; }

    [Description("What the client may exchange for an access token of its own. RFC 8693.")]
    public TokenExchangeDefinition? TokenExchange { get; init; }

    [Description(
        "jwt is checked by the API itself; reference is opaque and can be revoked at once. Left out: jwt, and reference at the older APIs."
    )]
    public AccessTokenFormat? AccessTokenFormat { get; init; }

    [Description("At most 24h, and at most 60m with the dialects hash-secret and oauth-v2. Left out: 1h, and 15m at hash-secret.")]
    [DurationRange("1s", "24h")]
    public TimeSpan? AccessTokenLifetime { get; init; }

    [Description("Signature algorithm of JWT access tokens.")]
    [OneOf(typeof(SignedResponseAlgorithms))]
    public string AccessTokenSignedResponseAlg { get; set; } = JwsAlgorithms.ES256;

    [Description("Signature algorithm of id_tokens. OpenID Connect Dynamic Client Registration §2.")]
    [OneOf(typeof(SignedResponseAlgorithms))]
    public string IdTokenSignedResponseAlg { get; set; } = JwsAlgorithms.RS256;

    [Description("How long id_tokens are valid.")]
    [DurationRange("1m", "24h")]
    public TimeSpan IdTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    [Description(
        "scopes: id_tokens hold the claims of the granted scopes, for clients that do not ask userinfo. requested: only those that a "
            + "request names in 'claims'.")]
    public IdTokenClaims IdTokenClaims { get; init; }

    [Description("Claims with one value for all tokens of the client, those of the client itself included.")]
    public IReadOnlyList<ClientClaimDefinition> Claims { get; set; } = [];

    [Description("How long an authorization code lives.")]
    [DurationRange("1s", "60s")]
    public TimeSpan AuthorizationCodeLifetime { get; set; } = TimeSpan.FromSeconds(60);

    [Description("Rotation and lifetimes of refresh tokens.")]
    public RefreshTokenDefinition RefreshToken { get; set; } = new();
}

/// <summary>Which claims of a user an <c>id_token</c> holds.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<IdTokenClaims>))]
public enum IdTokenClaims
{
    /// <summary>Those that the request names in its parameter <c>claims</c>. OpenID Connect Core §5.5.</summary>
    Requested,

    /// <summary>Those, and the claims of all granted scopes, as userinfo has them. OpenID Connect Core §5.4.</summary>
    Scopes,
}

/// <summary>The form of an access token.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<AccessTokenFormat>))]
public enum AccessTokenFormat
{
    /// <summary>RFC 9068.</summary>
    Jwt,

    /// <summary>Opaque, looked up at introspection. RFC 7662.</summary>
    Reference,
}
