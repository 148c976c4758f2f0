using System.Collections.Frozen;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Api;

/// <summary>Refusals of the administration API: problem details, RFC 9457, with the challenge of RFC 6750 §3.</summary>
internal static class AdminProblems
{
    /// <summary>What the type of every problem begins with; the reason follows.</summary>
    public const string TypePrefix = "urn:identityhub:problem:";

    /// <summary>RFC 9457 §3.</summary>
    public const string MediaType = "application/problem+json";

    private static readonly FrozenDictionary<string, string> Titles = typeof(Reasons)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToFrozenDictionary(
            field => (string)field.GetRawConstantValue()!, field => field.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "",
            StringComparer.Ordinal);

    /// <summary>An object that does not exist, or that the caller may not see: one answer for both.</summary>
    /// <param name="reason">What the audit trail learns.</param>
    public static Refusal NotFound(string reason = Reasons.ObjectUnknown) =>
        new(RefusalKind.NotFound, "There is no such object.", reason, "the object is unknown or out of reach")
        {
            PublicReason = Reasons.ObjectUnknown,
        };

    /// <summary>The object has another state than the caller has seen. RFC 9110 §15.5.13.</summary>
    public static Refusal Stale { get; } = Refusal.Of(
        RefusalKind.Conflict, "The object has changed. Read it again, and send its ETag as If-Match.", Reasons.PreconditionFailed);

    /// <summary>An object that only its file may change.</summary>
    public static Refusal FileOwned(DefinedPlace place) => new(
        RefusalKind.Conflict, "The object is defined in a file of the configuration. Change it there.", Reasons.FileOwned,
        "the object is defined in a file")
    {
        Place = place,
    };

    /// <summary>One field of the body that is wrong for a reason that only the database knows.</summary>
    /// <param name="field">Its name, or its path with dots.</param>
    /// <param name="fault">The end of a sentence that begins with "it".</param>
    public static Refusal Field(string field, string fault) =>
        Refusal.InvalidFields(new FieldFault(false, $"{FieldCheck.Root}.{field}", field.Split('.')[^1], fault));

    /// <summary>
    /// The status. The checks of preconditions and of idempotency keys have statuses of their own: RFC 6585 §3, RFC 9110 §15.5.13 and
    /// §15.5.21.
    /// </summary>
    public static int StatusOf(Refusal error) => error.Reason switch
    {
        Reasons.PreconditionMissing => StatusCodes.Status428PreconditionRequired,
        Reasons.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        Reasons.IdempotencyKeyReused => StatusCodes.Status422UnprocessableEntity,
        _ => OAuthErrors.StatusOf(error.Kind),
    };

    /// <summary>Writes the refusal.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        var status = StatusOf(error);
        OAuthResults.SetErrorHeaders(http, error, IsChallenged(status) ? BearerResults.ChallengeOf(error) : null);
        OAuthResults.SetNoStore(http.Response);
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaType;
        var body = BodyOf(context, error, status);
        http.Response.ContentLength = body.Length;
        return http.Response.BodyWriter.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private static bool IsChallenged(int status) => status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden;

    private static byte[] BodyOf(RequestContext context, Refusal error, int status)
    {
        // A caller who has not proven who they are learns the kind only.
        var reason = context.ClientAuthenticated || status != StatusCodes.Status401Unauthorized
            ? error.PublicReason
            : OAuthErrors.CodeOf(error.Kind);
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, TypePrefix + reason);
            json.WriteString("title"u8, Titles.GetValueOrDefault(reason, error.Description));
            json.WriteNumber("status"u8, status);
            json.WriteString("detail"u8, error.Description);
            json.WriteString("reason"u8, reason);
            json.WriteString("trace_id"u8, context.TraceIdText);
            if (error.Place is { } place)
            {
                json.WriteString("file"u8, place.File);
                json.WriteNumber("line"u8, place.Line);
            }

            json.WriteStartArray("errors"u8);
            foreach (var fault in error.Fields)
            {
                json.WriteStartObject();
                json.WriteString("pointer"u8, PointerOf(fault));
                json.WriteString("detail"u8, fault.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    // RFC 6901. The path is "object.name.first": names of fields have no dots, and what an unknown name had of them reads as steps.
    private static string PointerOf(FieldFault fault) => fault.Pointer
        ?? fault.Path[FieldCheck.Root.Length..].Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
            .Replace('.', '/');
}
