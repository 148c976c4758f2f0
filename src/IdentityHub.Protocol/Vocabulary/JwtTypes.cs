namespace IdentityHub.Protocol.Vocabulary;

/// <summary>Values of the <c>typ</c> header, so that a token made for one use is not valid for another. RFC 8725 §3.11.</summary>
public static class JwtTypes
{
    /// <summary>An access token. RFC 9068 §2.1.</summary>
    public const string AccessToken = "at+jwt";

    /// <summary>OpenID Connect Core §2 names no type; <c>JWT</c> is what every library expects.</summary>
    public const string IdToken = "JWT";

    /// <summary>OpenID Connect Back-Channel Logout §2.4.</summary>
    public const string LogoutToken = "logout+jwt";

    /// <summary>
    /// Names the refresh family that an access token was issued with, as <c>grant_id</c> of Grant Management for OAuth 2.0 does.
    /// </summary>
    public const string GrantIdClaim = "grant_id";
}
