namespace IdentityHub.Protocol;

/// <summary>
/// What is refused, in the field's terms. Every contract translates each kind into its own code and status; the translations are switches
/// over this list, and the compiler asks for a line where a kind is new.
/// </summary>
public enum RefusalKind
{
    /// <summary>A parameter, a field or the body is missing, malformed or contradicts another.</summary>
    InvalidRequest,

    /// <summary>The body is too long.</summary>
    ContentTooLarge,

    /// <summary>The body has a media type or an encoding that is not read.</summary>
    UnsupportedMediaType,

    /// <summary>The path has no answer to the verb.</summary>
    MethodNotAllowed,

    /// <summary>The request did not arrive in time.</summary>
    RequestTimeout,

    /// <summary>What the request names does not exist, or the caller must not learn that it does.</summary>
    NotFound,

    /// <summary>What the request wants to make exists already, or excludes something that does.</summary>
    Conflict,

    /// <summary>The client has not proven who it is.</summary>
    InvalidClient,

    /// <summary>The client may not use the grant type, the endpoint or the response type.</summary>
    UnauthorizedClient,

    /// <summary>No grant has this type.</summary>
    UnsupportedGrantType,

    /// <summary>A code, a token or an assertion is invalid, expired, used or of another client.</summary>
    InvalidGrant,

    /// <summary>A user name and a password, or what stands for it, do not admit a user.</summary>
    InvalidCredentials,

    /// <summary>A one-time password does not admit a user.</summary>
    InvalidOneTimePassword,

    /// <summary>The user is blocked, and the contract of the endpoint tells so.</summary>
    UserBlocked,

    /// <summary>A scope is unknown, malformed or not the client's.</summary>
    InvalidScope,

    /// <summary>An audience or a resource is unknown, or not reachable for the client. RFC 8707 §2.</summary>
    InvalidTarget,

    /// <summary>The user has refused.</summary>
    AccessDenied,

    /// <summary>The user must log in.</summary>
    LoginRequired,

    /// <summary>The user must agree.</summary>
    ConsentRequired,

    /// <summary>No login meets what the request insists on.</summary>
    UnmetAuthenticationRequirements,

    /// <summary>The response type is none of this server.</summary>
    UnsupportedResponseType,

    /// <summary>The request_uri is no reference of this server.</summary>
    RequestUriNotSupported,

    /// <summary>The request_uri is unknown, expired, used or another client's.</summary>
    InvalidRequestUri,

    /// <summary>The request object is malformed, or not signed by the client.</summary>
    InvalidRequestObject,

    /// <summary>The request wants to register a client on the way.</summary>
    RegistrationNotSupported,

    /// <summary>The user of a device has not decided yet.</summary>
    AuthorizationPending,

    /// <summary>A device asks too often.</summary>
    SlowDown,

    /// <summary>The code of a device has expired.</summary>
    ExpiredToken,

    /// <summary>The credential that the call is made with is missing, invalid, expired or revoked.</summary>
    InvalidToken,

    /// <summary>The access token is good, and comes from a login that is too old or had too few factors. RFC 9470 §3.</summary>
    InsufficientAuthentication,

    /// <summary>The access token is good, and lacks a scope or its user a role.</summary>
    InsufficientScope,

    /// <summary>The caller is known, and may not do this.</summary>
    Forbidden,

    /// <summary>A limit was reached; depends only on what the caller sent.</summary>
    TooManyRequests,

    /// <summary>The server cannot answer now. Nothing was changed.</summary>
    TemporarilyUnavailable,

    /// <summary>A bug.</summary>
    ServerError,
}
