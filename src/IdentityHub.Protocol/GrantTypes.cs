namespace IdentityHub.Protocol;

/// <summary>The names that <c>grant_type</c> may have, each in one place.</summary>
public static class GrantTypes
{
    /// <summary>RFC 6749 §4.1.</summary>
    public const string AuthorizationCode = "authorization_code";

    /// <summary>RFC 6749 §4.4.</summary>
    public const string ClientCredentials = "client_credentials";

    /// <summary>RFC 6749 §4.3.</summary>
    public const string Password = "password";

    /// <summary>RFC 6749 §6.</summary>
    public const string RefreshToken = "refresh_token";

    /// <summary>RFC 8628 §3.4.</summary>
    public const string DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>RFC 7523 §2.1.</summary>
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>contracts/hash-secret.md.</summary>
    public const string HashSecret = "urn:identityhub:params:oauth:grant-type:hash-secret";

    /// <summary>contracts/oauth-v2-and-otp.md.</summary>
    public const string Otp = "urn:identityhub:params:oauth:grant-type:otp";

    /// <summary>Every name that a client's <c>grant_types</c> may list.</summary>
    public static IReadOnlyList<string> All { get; } =
        [AuthorizationCode, ClientCredentials, Password, RefreshToken, DeviceCode, TokenExchange, JwtBearer, HashSecret, Otp];
}

/// <summary>Values of <c>token_endpoint_auth_method</c> (OpenID Connect Core §9, RFC 7591 §2).</summary>
public static class ClientAuthMethods
{
    /// <summary>Secret in the <c>Authorization: Basic</c> header, form-encoded first. RFC 6749 §2.3.1.</summary>
    public const string Basic = "client_secret_basic";

    /// <summary>Secret in the body. RFC 6749 §2.3.1.</summary>
    public const string Post = "client_secret_post";

    /// <summary>A JWT signed with the client's private key. RFC 7523 §2.2.</summary>
    public const string PrivateKeyJwt = "private_key_jwt";

    /// <summary>A public client.</summary>
    public const string None = "none";

    /// <summary>All, in the order in which discovery lists them.</summary>
    public static IReadOnlyList<string> All { get; } = [Basic, Post, PrivateKeyJwt, None];
}
