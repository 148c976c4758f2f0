using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Dialects.Shared;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>
/// The error shape of <c>/v1/*</c>, for everything that goes wrong there: <c>{"errors":[{id,title,code,detail,source,status}]}</c>. The id
/// is the trace id of the request in the log and the audit trail. contracts/service-user-and-client-accounts.md.
/// </summary>
internal static class ListedErrors
{
    /// <summary>Writes a refusal of any kind: an entry for each field that is wrong, else one for all of it.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        var status = StatusOf(error.Kind);
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(status));
        return OAuthResults.WriteAsync(http, status, (error, context, status), static (json, answer) =>
        {
            json.WriteStartArray("errors"u8);
            if (answer.error.Fields.Count == 0)
                Write(json, EntryOf(answer.error), answer.context, answer.status);
            foreach (var fault in answer.error.Fields)
                Write(json, answer.error.Kind == RefusalKind.Conflict ? ConflictOf(fault) : EntryOf(fault), answer.context, answer.status);
            json.WriteEndArray();
        });
    }

    /// <summary>A wrong password is a bad request at the standard endpoints, and unauthorized here.</summary>
    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.InvalidGrant or RefusalKind.InvalidCredentials or RefusalKind.InvalidOneTimePassword =>
            StatusCodes.Status401Unauthorized,
        _ => OAuthErrors.StatusOf(kind),
    };

    /// <summary>
    /// The entry of a refusal that is about no field; a body that is not JSON is told apart from other malformed requests.
    /// </summary>
    public static ListedError EntryOf(Refusal error) => error.Kind switch
    {
        RefusalKind.InvalidGrant or RefusalKind.InvalidCredentials or RefusalKind.InvalidOneTimePassword =>
            new(ErrorCodes.LoginFailed, "Login failed", error.Description),
        RefusalKind.InvalidRequest when error.Reason == Reasons.JsonMalformed =>
            new(ErrorCodes.FieldType, "Body is not JSON", error.Description, FieldCheck.Root),
        RefusalKind.InvalidClient or RefusalKind.InvalidToken or RefusalKind.InsufficientAuthentication =>
            new(ErrorCodes.AuthInvalid, "Token is invalid", error.Description),
        RefusalKind.InsufficientScope or RefusalKind.Forbidden => new(ErrorCodes.Forbidden, "Forbidden", error.Description),
        RefusalKind.NotFound => new(ErrorCodes.NotFound, "Not found", error.Description),
        RefusalKind.MethodNotAllowed => new(ErrorCodes.Method, "Method not allowed", error.Description),
        RefusalKind.ContentTooLarge => new(ErrorCodes.BodyLength, "Body is too long", error.Description),
        RefusalKind.UnsupportedMediaType => new(ErrorCodes.MediaType, "Media type is not supported", error.Description),
        RefusalKind.TooManyRequests => new(ErrorCodes.RateLimit, "Too many calls", error.Description),
        RefusalKind.TemporarilyUnavailable => new(ErrorCodes.Unavailable, "Temporarily unavailable", error.Description),
        RefusalKind.RequestTimeout or RefusalKind.Conflict or RefusalKind.ServerError =>
            new(ErrorCodes.Internal, "Server error", error.Description),
        RefusalKind.InvalidRequest or RefusalKind.UnauthorizedClient or RefusalKind.UnsupportedGrantType or RefusalKind.UserBlocked
            or RefusalKind.InvalidScope or RefusalKind.InvalidTarget or RefusalKind.AccessDenied or RefusalKind.LoginRequired
            or RefusalKind.ConsentRequired or RefusalKind.UnmetAuthenticationRequirements or RefusalKind.UnsupportedResponseType
            or RefusalKind.RequestUriNotSupported or RefusalKind.InvalidRequestUri or RefusalKind.InvalidRequestObject
            or RefusalKind.RegistrationNotSupported or RefusalKind.AuthorizationPending or RefusalKind.SlowDown
            or RefusalKind.ExpiredToken =>
            new(ErrorCodes.Request, "Request is malformed", error.Description),
    };

    private static ListedError EntryOf(FieldFault fault) => fault.IsType
        ? new ListedError(ErrorCodes.FieldType, "Field has the wrong type", $"Invalid field '{fault.Name}': it {fault.Reason}", fault.Path)
        : new ListedError(ErrorCodes.FieldValue, "Field is invalid", $"Invalid field '{fault.Name}': it {fault.Reason}", fault.Path);

    private static ListedError ConflictOf(FieldFault fault) => fault.Name == AccountRefusals.UserId
        ? new ListedError(ErrorCodes.ConflictId, "Already in use", $"This user_id {fault.Reason}.", fault.Path)
        : new ListedError(ErrorCodes.ConflictEmail, "Already in use", $"This e-mail address {fault.Reason}.", fault.Path);

    private static void Write(Utf8JsonWriter json, ListedError entry, RequestContext context, int status)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, context.TraceId);
        json.WriteString("title"u8, entry.Title);
        json.WriteString("code"u8, entry.Code);
        if (entry.Detail is not null)
            json.WriteString("detail"u8, Sentence.Encode(entry.Detail));
        if (entry.Source is not null)
            json.WriteString("source"u8, entry.Source);
        json.WriteNumber("status"u8, status);
        json.WriteEndObject();
    }
}

/// <summary>One entry of the error list of <c>/v1/*</c>.</summary>
/// <param name="Detail">Null where there is nothing to add to the title.</param>
/// <param name="Source">Which field; null where it is none.</param>
internal readonly record struct ListedError(string Code, string Title, string? Detail = null, string? Source = null);

/// <summary>Values of <c>code</c>. The first nine are frozen by the contract; the others stand for what it is silent about.</summary>
internal static class ErrorCodes
{
    public const string FieldType = "errors.validation.field.type";
    public const string FieldValue = "errors.validation.field.value";
    public const string LoginFailed = "errors.login.failed";
    public const string AuthInvalid = "errors.auth.invalid";
    public const string Forbidden = "errors.forbidden";
    public const string NotFound = "errors.not-found";
    public const string ConflictId = "errors.conflict.id";
    public const string ConflictEmail = "errors.conflict.email";
    public const string RateLimit = "errors.rate-limit";

    public const string Request = "errors.request";
    public const string Method = "errors.method";
    public const string BodyLength = "errors.body-length";
    public const string MediaType = "errors.media-type";
    public const string Unavailable = "errors.unavailable";
    public const string Internal = "errors.internal";
}
