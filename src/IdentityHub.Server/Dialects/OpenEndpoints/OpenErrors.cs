using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>
/// The error shape of the open endpoints, for everything that goes wrong there: <c>{"statusCode","apiErrorCode","message","rsCode"}</c>; <c>rsCode</c>
/// is the trace id of the request in the log and the audit trail. contracts/open-endpoints.md.
/// </summary>
internal static class OpenErrors
{
    // More of one body are not listed: they would make an answer many times as long as the request.
    private const int MaxFaults = 5;

    public static Refusal CredentialMissing { get; } = New(
        401, ApiErrorCodes.Unauthorized, "An API key (HTTP Basic, empty user name) or a token (X-SaaSquatch-User-Token, or Authorization: Bearer) is needed.", Reasons.CredentialMissing);

    public static Refusal OtherUser { get; } = New(403, ApiErrorCodes.Forbidden, "The token speaks for its own user only.", Reasons.CustomerTokenForeign);

    public static Refusal ReadOnly { get; } = New(403, ApiErrorCodes.Forbidden, "The token may read only: a write token carries email and firstName.", Reasons.CustomerTokenReadOnly);

    public static Refusal UserNotFound { get; } = New(404, ApiErrorCodes.UserNotFound, "There is no such user.", Reasons.TenantUserUnknown) with { IsRoutine = true };

    public static Refusal CodeNotFound { get; } = New(404, ApiErrorCodes.CodeNotFound, "There is no such referral code.", Reasons.ReferralCodeUnknown) with { IsRoutine = true };

    public static Refusal UserExists { get; } = New(409, ApiErrorCodes.UserExists, "The account has a user of this id already.", Reasons.TenantUserExists);

    public static Refusal CodeTaken { get; } = New(409, ApiErrorCodes.CodeTaken, "Another user has this referral code.", Reasons.ReferralCodeTaken);

    public static Refusal OwnCode { get; } = New(400, ApiErrorCodes.OwnCode, "Nobody is referred by himself.", Reasons.ReferralCodeOwn);

    public static Refusal Cycle { get; } = New(400, ApiErrorCodes.Cycle, "The owner of this code was referred by this user, directly or through others.", Reasons.ReferralCycle);

    public static Refusal AlreadyReferred { get; } = New(409, ApiErrorCodes.AlreadyReferred, "The user was referred by somebody else already.", Reasons.ReferralExists);

    /// <summary>The user of the token is disabled, blocked or not admitted yet.</summary>
    public static Refusal NotAdmitted(string reason) => New(403, ApiErrorCodes.Forbidden, "The user is not admitted.", reason);

    /// <summary>A value of the path or the query.</summary>
    public static Refusal Invalid(string name, string reason) => New(400, ApiErrorCodes.InvalidField, $"Parameter {name} {reason}.", Reasons.ParameterInvalid);

    /// <summary>A value in the request contradicts the signed token or the path.</summary>
    public static Refusal Contradiction(string name, string other) =>
        New(400, ApiErrorCodes.Contradiction, $"Field {name} is not what {other} says.", Reasons.FieldContradicts);

    /// <summary>What is wrong with a body.</summary>
    public static Refusal Invalid(IReadOnlyList<FieldFault> faults)
    {
        // The name of an unknown field is the caller's text and may hold anything: the audit trail only notes that there was one.
        var detail = string.Join("; ", faults.Take(MaxFaults).Select(fault => fault.IsKnown ? $"{fault.Path} {fault.Reason}" : "an unknown field"));
        var message = string.Join("; ", faults.Take(MaxFaults).Select(fault => $"field {fault.Name} {fault.Reason}"));
        return new Refusal(ApiErrorCodes.InvalidField, $"{char.ToUpperInvariant(message[0])}{message[1..]}.", Reasons.FieldsInvalid, detail);
    }

    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(error.Status));
        return OAuthResults.WriteAsync(http, error.Status, (context, error), static (json, answer) =>
        {
            json.WriteNumber("statusCode"u8, answer.error.Status);
            json.WriteString("apiErrorCode"u8, CodeOf(answer.error));
            json.WriteString("message"u8, answer.error.Description);
            json.WriteString("rsCode"u8, answer.context.TraceIdText);
        });
    }

    private static Refusal New(int status, string code, string message, string reason) => new(code, message, reason, message, status);

    // Refusals from the layers below have no codes of this dialect.
    private static string CodeOf(Refusal error) => char.IsAsciiLetterUpper(error.Code[0]) ? error.Code : error.Status switch
    {
        StatusCodes.Status400BadRequest => ApiErrorCodes.InvalidRequest,
        StatusCodes.Status401Unauthorized => ApiErrorCodes.Unauthorized,
        StatusCodes.Status403Forbidden => ApiErrorCodes.Forbidden,
        StatusCodes.Status404NotFound => ApiErrorCodes.NotFound,
        StatusCodes.Status405MethodNotAllowed => ApiErrorCodes.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => ApiErrorCodes.BodyTooLong,
        StatusCodes.Status415UnsupportedMediaType => ApiErrorCodes.UnsupportedMediaType,
        StatusCodes.Status429TooManyRequests => ApiErrorCodes.RateLimitExceeded,
        StatusCodes.Status503ServiceUnavailable => ApiErrorCodes.Unavailable,
        _ => ApiErrorCodes.InternalError,
    };
}

/// <summary>Values of <c>apiErrorCode</c>; <see cref="CodeNotFound"/> is frozen by the contract, the others stand for what it names no code for.</summary>
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
