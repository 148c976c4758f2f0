using IdentityHub.Protocol;

namespace IdentityHub.Server.Http;

/// <summary>
/// The error codes of OAuth and their statuses: what the standard endpoints make of a refusal. The pages show the same codes; the
/// translations of the older APIs are <c>*Errors</c> in their folders and name only what differs.
/// </summary>
internal static class OAuthErrors
{
    /// <summary>
    /// The code. RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8628 §3.5, RFC 8707 §2, RFC 9101 §6.2, OpenID Connect Core §3.1.2.6. What
    /// only HTTP has a word for is an <c>invalid_request</c>, and the status says which.
    /// </summary>
    public static string CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.InvalidRequest or RefusalKind.ContentTooLarge or RefusalKind.UnsupportedMediaType or RefusalKind.MethodNotAllowed
            or RefusalKind.RequestTimeout or RefusalKind.NotFound or RefusalKind.Conflict => "invalid_request",
        RefusalKind.InvalidClient => "invalid_client",
        RefusalKind.UnauthorizedClient => "unauthorized_client",
        RefusalKind.UnsupportedGrantType => "unsupported_grant_type",
        RefusalKind.InvalidGrant or RefusalKind.InvalidCredentials or RefusalKind.InvalidOneTimePassword or RefusalKind.UserBlocked =>
            "invalid_grant",
        RefusalKind.InvalidScope => "invalid_scope",
        RefusalKind.InvalidTarget => "invalid_target",
        RefusalKind.AccessDenied or RefusalKind.Forbidden => "access_denied",
        RefusalKind.LoginRequired => "login_required",
        RefusalKind.ConsentRequired => "consent_required",
        RefusalKind.UnmetAuthenticationRequirements => "unmet_authentication_requirements",
        RefusalKind.UnsupportedResponseType => "unsupported_response_type",
        RefusalKind.RequestUriNotSupported => "request_uri_not_supported",
        RefusalKind.InvalidRequestUri => "invalid_request_uri",
        RefusalKind.InvalidRequestObject => "invalid_request_object",
        RefusalKind.RegistrationNotSupported => "registration_not_supported",
        RefusalKind.AuthorizationPending => "authorization_pending",
        RefusalKind.SlowDown or RefusalKind.TooManyRequests => "slow_down",
        RefusalKind.ExpiredToken => "expired_token",
        RefusalKind.InvalidToken => "invalid_token",
        RefusalKind.InsufficientAuthentication => "insufficient_user_authentication",
        RefusalKind.InsufficientScope => "insufficient_scope",
        RefusalKind.TemporarilyUnavailable => "temporarily_unavailable",
        RefusalKind.ServerError => "server_error",
    };

    /// <summary>The status: that of RFC 6749 §5.2 and RFC 6750 §3.1, and of HTTP for the rest (RFC 9110 §15, RFC 6585 §4).</summary>
    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.InvalidClient or RefusalKind.InvalidToken or RefusalKind.InsufficientAuthentication =>
            StatusCodes.Status401Unauthorized,
        RefusalKind.InsufficientScope or RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        RefusalKind.RequestTimeout => StatusCodes.Status408RequestTimeout,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.ContentTooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        RefusalKind.TooManyRequests => StatusCodes.Status429TooManyRequests,
        RefusalKind.ServerError => StatusCodes.Status500InternalServerError,
        RefusalKind.TemporarilyUnavailable => StatusCodes.Status503ServiceUnavailable,
        RefusalKind.InvalidRequest or RefusalKind.UnauthorizedClient or RefusalKind.UnsupportedGrantType or RefusalKind.InvalidGrant
            or RefusalKind.InvalidCredentials or RefusalKind.InvalidOneTimePassword or RefusalKind.UserBlocked or RefusalKind.InvalidScope
            or RefusalKind.InvalidTarget or RefusalKind.AccessDenied or RefusalKind.LoginRequired or RefusalKind.ConsentRequired
            or RefusalKind.UnmetAuthenticationRequirements or RefusalKind.UnsupportedResponseType or RefusalKind.RequestUriNotSupported
            or RefusalKind.InvalidRequestUri or RefusalKind.InvalidRequestObject or RefusalKind.RegistrationNotSupported
            or RefusalKind.AuthorizationPending or RefusalKind.SlowDown or RefusalKind.ExpiredToken => StatusCodes.Status400BadRequest,
    };
}
