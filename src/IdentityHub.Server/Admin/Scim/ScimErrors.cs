using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>The error shape of SCIM: <c>status</c>, <c>scimType</c> and <c>detail</c>. RFC 7644 §3.12.</summary>
internal static class ScimErrors
{
    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        // Other refusals are not about the credential, and their sentences may hold what no header can.
        var challenge = error.Kind is RefusalKind.InvalidToken or RefusalKind.InsufficientScope ? BearerResults.ChallengeOf(error) : null;
        OAuthResults.SetErrorHeaders(http, error, challenge);
        return ScimAnswers.WriteAsync(http, StatusOf(error), BodyOf(context, error));
    }

    /// <summary>The body of a refusal, also inside the answer to a bulk request.</summary>
    public static JsonObject BodyOf(RequestContext context, Refusal error)
    {
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(ScimUrns.Error),
            ["status"] = StatusOf(error).ToString(CultureInfo.InvariantCulture),
        };
        if (TypeOf(error) is { } type)
            body["scimType"] = type;
        body["detail"] = error.Description;
        body["trace_id"] = context.TraceIdText;
        return body;
    }

    /// <summary>
    /// 412 for a version that has passed and 501 for the current user, RFC 7644 §3.11; the rest is as at the standard endpoints.
    /// </summary>
    public static int StatusOf(Refusal error) => error.Reason switch
    {
        Reasons.ScimVersion => StatusCodes.Status412PreconditionFailed,
        Reasons.ScimMe => StatusCodes.Status501NotImplemented,
        _ => OAuthErrors.StatusOf(error.Kind),
    };

    // RFC 7644 §3.12, table 9.
    private static string? TypeOf(Refusal error) => error.Reason switch
    {
        Reasons.ScimFilter => "invalidFilter",
        Reasons.ScimPath => "invalidPath",
        Reasons.ScimTarget => "noTarget",
        Reasons.ScimSyntax or Reasons.JsonMalformed => "invalidSyntax",
        Reasons.ScimMutability or Reasons.ScimUserInFiles => "mutability",
        Reasons.ScimTaken => "uniqueness",
        Reasons.ScimTooMany => "tooMany",
        Reasons.ScimVersion => null,
        _ => error.Kind == RefusalKind.InvalidRequest ? "invalidValue" : null,
    };
}
