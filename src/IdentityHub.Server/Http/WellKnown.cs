namespace IdentityHub.Server.Http;

/// <summary>Paths that more than one door names.</summary>
internal static class WellKnown
{
    /// <summary>OpenID Connect Discovery §4.</summary>
    public const string OpenIdConfiguration = "/.well-known/openid-configuration";

    /// <summary>RFC 8414 §3.</summary>
    public const string OAuthAuthorizationServer = "/.well-known/oauth-authorization-server";
}
