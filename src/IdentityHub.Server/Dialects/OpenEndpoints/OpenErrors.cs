using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>
/// The error shape of the open endpoints, for everything that goes wrong there: <c>{"statusCode","apiErrorCode","message","rsCode"}</c>;
/// <c>rsCode</c> is the trace id of the request in the log and the audit trail. contracts/open-endpoints.md.
/// </summary>
internal static class OpenErrors
{
    // More of one body are not listed: they would make an answer many times as long as the request.
    private const int MaxFaults = 5;

    // Wrong, expired, or guessed at too often.
    private const string KeyRefused = "The API key is wrong.";

    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        var status = OAuthErrors.StatusOf(error.Kind);
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(status));
        return OAuthResults.WriteAsync(http, status, (context, error, status), static (json, answer) =>
        {
            json.WriteNumber("statusCode"u8, answer.status);
            json.WriteString("apiErrorCode"u8, CodeOf(answer.error));
            json.WriteString("message"u8, MessageOf(answer.error));
            json.WriteString("rsCode"u8, answer.context.TraceIdText);
        });
    }

    /// <summary>The <c>apiErrorCode</c>; the contract tells apart which check found what is not there, or is there already.</summary>
    public static string CodeOf(Refusal error) => error.Kind switch
    {
        RefusalKind.NotFound => error.Reason switch
        {
            Reasons.TenantUserUnknown => ApiErrorCodes.UserNotFound,
            Reasons.ReferralCodeUnknown => ApiErrorCodes.CodeNotFound,
            _ => ApiErrorCodes.NotFound,
        },
        RefusalKind.Conflict => error.Reason switch
        {
            Reasons.ReferralCodeTaken => ApiErrorCodes.CodeTaken,
            Reasons.ReferralExists => ApiErrorCodes.AlreadyReferred,
            _ => ApiErrorCodes.UserExists,
        },
        RefusalKind.InvalidRequest => error.Reason switch
        {
            Reasons.ParameterInvalid or Reasons.FieldsInvalid => ApiErrorCodes.InvalidField,
            Reasons.FieldContradicts => ApiErrorCodes.Contradiction,
            Reasons.ReferralCodeOwn => ApiErrorCodes.OwnCode,
            Reasons.ReferralCycle => ApiErrorCodes.Cycle,
            _ => ApiErrorCodes.InvalidRequest,
        },
        RefusalKind.InvalidClient or RefusalKind.InvalidToken or RefusalKind.InsufficientAuthentication => ApiErrorCodes.Unauthorized,
        RefusalKind.InsufficientScope or RefusalKind.Forbidden => ApiErrorCodes.Forbidden,
        RefusalKind.MethodNotAllowed => ApiErrorCodes.MethodNotAllowed,
        RefusalKind.ContentTooLarge => ApiErrorCodes.BodyTooLong,
        RefusalKind.UnsupportedMediaType => ApiErrorCodes.UnsupportedMediaType,
        RefusalKind.TooManyRequests => ApiErrorCodes.RateLimitExceeded,
        RefusalKind.TemporarilyUnavailable => ApiErrorCodes.Unavailable,
        RefusalKind.RequestTimeout or RefusalKind.ServerError => ApiErrorCodes.InternalError,
        RefusalKind.UnauthorizedClient or RefusalKind.UnsupportedGrantType or RefusalKind.InvalidGrant or RefusalKind.InvalidCredentials
            or RefusalKind.InvalidOneTimePassword or RefusalKind.UserBlocked or RefusalKind.InvalidScope or RefusalKind.InvalidTarget
            or RefusalKind.AccessDenied or RefusalKind.LoginRequired or RefusalKind.ConsentRequired
            or RefusalKind.UnmetAuthenticationRequirements or RefusalKind.UnsupportedResponseType or RefusalKind.RequestUriNotSupported
            or RefusalKind.InvalidRequestUri or RefusalKind.InvalidRequestObject or RefusalKind.RegistrationNotSupported
            or RefusalKind.AuthorizationPending or RefusalKind.SlowDown or RefusalKind.ExpiredToken => ApiErrorCodes.InvalidRequest,
    };

    // The only client secret of this contract is the API key of a tenant.
    private static string MessageOf(Refusal error)
    {
        if (error.Kind == RefusalKind.InvalidClient)
            return KeyRefused;
        if (error.Fields.Count == 0)
            return error.Description;
        var message = string.Join("; ", error.Fields.Take(MaxFaults).Select(fault => $"field {fault.Name} {fault.Reason}"));
        return $"{char.ToUpperInvariant(message[0])}{message[1..]}.";
    }
}

/// <summary>
/// Values of <c>apiErrorCode</c>; <see cref="CodeNotFound"/> is frozen by the contract, the others stand for what it names no code for.
/// </summary>
internal static class ApiErrorCodes
{
    public const string CodeNotFound = "REFERRAL_CODE_NOT_FOUND";

    public const string UserNotFound = "USER_NOT_FOUND";
    public const string UserExists = "USER_ALREADY_EXISTS";
    public const string CodeTaken = "REFERRAL_CODE_ALREADY_EXISTS";
    public const string OwnCode = "OWN_REFERRAL_CODE";
    public const string Cycle = "REFERRAL_CYCLE";
    public const string AlreadyReferred = "ALREADY_REFERRED";
    public const string InvalidField = "INVALID_FIELD";
    public const string Contradiction = "CONTRADICTION";
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string Unauthorized = "UNAUTHORIZED";
    public const string Forbidden = "FORBIDDEN";
    public const string NotFound = "NOT_FOUND";
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";
    public const string BodyTooLong = "BODY_TOO_LONG";
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";
    public const string RateLimitExceeded = "RATE_LIMIT_EXCEEDED";
    public const string Unavailable = "UNAVAILABLE";
    public const string InternalError = "INTERNAL_ERROR";
}
