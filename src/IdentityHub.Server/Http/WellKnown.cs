namespace IdentityHub.Server.Http;

/// <summary>Paths that more than one endpoint names.</summary>
internal static class WellKnown
{
    /// <summary>OpenID Connect Discovery §4.</summary>
    public const string OpenIdConfiguration = "/.well-known/openid-configuration";

    /// <summary>RFC 8414 §3.</summary>
    public const string OAuthAuthorizationServer = "/.well-known/oauth-authorization-server";

    /// <summary>The page where users log in.</summary>
    public const string Login = "/login";

    /// <summary>The page where users who have forgotten their password have a link sent.</summary>
    public const string Forgotten = "/forgotten";

    /// <summary>The page that describes every call.</summary>
    public const string Docs = "/docs";

    /// <summary>The page for self-registration, where the settings allow it.</summary>
    public const string SignUp = "/signup";

    /// <summary>The page where users decide what a client may see.</summary>
    public const string Consent = "/consent";

    /// <summary>The page where users log out, and see that they have.</summary>
    public const string Logout = "/logout";

    /// <summary>The page where users let a device in. RFC 8628 §3.2.</summary>
    public const string Device = "/device";

    /// <summary>The page where users look after their account.</summary>
    public const string Account = "/account";

    /// <summary>In Development: what would have been sent by e-mail or text message.</summary>
    public const string DevOutbox = "/dev/outbox";

    /// <summary>The page that says why something was refused.</summary>
    public const string Error = "/error";
}
