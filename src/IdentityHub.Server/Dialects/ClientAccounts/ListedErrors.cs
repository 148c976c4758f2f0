using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Dialects.Shared;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>One entry of the error list of <c>/v1/*</c>.</summary>
/// <param name="Detail">Null where there is nothing to add to the title.</param>
/// <param name="Source">Which field; null where it is none.</param>
internal sealed record ListedError(string Code, string Title, string? Detail = null, string? Source = null);

/// <summary>
/// The error shape of <c>/v1/*</c>, for everything that goes wrong there: <c>{"errors":[{id,title,code,detail,source,status}]}</c>. The id is the
/// trace id of the request in the log and the audit trail. contracts/service-user-and-client-accounts.md.
/// </summary>
internal static class ListedErrors
{
    /// <summary>Everything that is wrong with a body, in one answer.</summary>
    public static Refusal Invalid(HttpContext http, IReadOnlyList<FieldFault> faults)
    {
        http.Features.Set<IReadOnlyList<ListedError>>([.. faults.Select(Of)]);

        // The name of an unknown field is the caller's text and may hold anything: the audit trail only notes that there was one.
        var detail = string.Join("; ", faults.Select(fault => fault.IsKnown ? $"{fault.Path} {fault.Reason}" : "an unknown field"));
        return new Refusal("invalid_request", "Fields are invalid.", Reasons.FieldsInvalid, detail);
    }

    /// <summary>Entries that were decided one by one, of one status.</summary>
    public static Refusal Of(HttpContext http, int status, string reason, params IReadOnlyList<ListedError> entries)
    {
        http.Features.Set(entries);
        return new Refusal(entries[0].Code, entries[0].Title, reason, string.Join("; ", entries.Select(entry => entry.Code)), status);
    }

    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        var status = StatusOf(error);
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(status));
        var entries = http.Features.Get<IReadOnlyList<ListedError>>() ?? [Of(error)];
        return OAuthResults.WriteAsync(http, status, (entries, context, status), static (json, answer) =>
        {
            json.WriteStartArray("errors"u8);
            foreach (var entry in answer.entries)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, answer.context.TraceId);
                json.WriteString("title"u8, entry.Title);
                json.WriteString("code"u8, entry.Code);
                if (entry.Detail is not null)
                    json.WriteString("detail"u8, Sentence.Encode(entry.Detail));
                if (entry.Source is not null)
                    json.WriteString("source"u8, entry.Source);
                json.WriteNumber("status"u8, answer.status);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    // A wrong password is a bad request at the standard endpoint, and unauthorized here.
    private static int StatusOf(Refusal error) => error.Code == "invalid_grant" ? StatusCodes.Status401Unauthorized : error.Status;

    private static ListedError Of(FieldFault fault) => fault.IsType
        ? new ListedError(ErrorCodes.FieldType, "Field has the wrong type", $"Invalid field '{fault.Name}': it {fault.Reason}", fault.Path)
        : new ListedError(ErrorCodes.FieldValue, "Field is invalid", $"Invalid field '{fault.Name}': it {fault.Reason}", fault.Path);

    private static ListedError Of(Refusal error) => error.Status switch
    {
        _ when error.Code == "invalid_grant" => new(ErrorCodes.LoginFailed, "Login failed", error.Description),
        StatusCodes.Status400BadRequest when error.Reason == Reasons.JsonMalformed => new(ErrorCodes.FieldType, "Body is not JSON", error.Description, FieldCheck.Root),
        StatusCodes.Status400BadRequest => new(ErrorCodes.Request, "Request is malformed", error.Description),
        StatusCodes.Status401Unauthorized => new(ErrorCodes.AuthInvalid, "Token is invalid", error.Description),
        StatusCodes.Status403Forbidden => new(ErrorCodes.Forbidden, "Forbidden", error.Description),
        StatusCodes.Status404NotFound => new(ErrorCodes.NotFound, "Not found", error.Description),
        StatusCodes.Status405MethodNotAllowed => new(ErrorCodes.Method, "Method not allowed", error.Description),
        StatusCodes.Status413PayloadTooLarge => new(ErrorCodes.BodyLength, "Body is too long", error.Description),
        StatusCodes.Status415UnsupportedMediaType => new(ErrorCodes.MediaType, "Media type is not supported", error.Description),
        StatusCodes.Status429TooManyRequests => new(ErrorCodes.RateLimit, "Too many calls", error.Description),
        StatusCodes.Status503ServiceUnavailable => new(ErrorCodes.Unavailable, "Temporarily unavailable", error.Description),
        _ => new(ErrorCodes.Internal, "Server error", error.Description),
    };
}

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
