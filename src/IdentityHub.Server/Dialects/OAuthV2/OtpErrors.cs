using System.Text.Encodings.Web;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Dialects.OAuthV2;

/// <summary>
/// The error shape of <c>/otp/*</c>, for everything that goes wrong there: <c>{"errors":[{code,message,field}],"meta":[]}</c>; <c>field</c>
/// is null where it is about no single one. contracts/oauth-v2-and-otp.md.
/// </summary>
internal static class OtpErrors
{
    /// <summary>A refusal that is about one field.</summary>
    public static Refusal Of(string field, string description, string reason) =>
        Refusal.InvalidRequest(description, reason) with
        {
            Fields = [new FieldFault(reason == Reasons.FieldType, field, field, description)],
        };

    /// <summary>The <c>code</c>: that of OAuth, and <c>forbidden</c> where OAuth has none.</summary>
    public static string CodeOf(RefusalKind kind) => kind == RefusalKind.Forbidden ? "forbidden" : OAuthErrors.CodeOf(kind);

    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        var code = CodeOf(error.Kind);
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(error, code));
        return OAuthResults.WriteAsync(http, OAuthErrors.StatusOf(error.Kind), (error, code), static (json, answer) =>
        {
            json.WriteStartArray("errors"u8);
            json.WriteStartObject();
            json.WriteString("code"u8, answer.code);
            json.WriteString("message"u8, JsonEncodedText.Encode(answer.error.Description, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
            json.WriteString("field"u8, answer.error.Fields is [var fault, ..] ? fault.Name : null);
            json.WriteEndObject();
            json.WriteEndArray();
            WriteMeta(json);
        });
    }

    /// <summary>What every answer of the dialect ends with.</summary>
    public static void WriteMeta(Utf8JsonWriter json)
    {
        json.WriteStartArray("meta"u8);
        json.WriteEndArray();
    }

    /// <summary>The member that every answer ends with, for the documentation.</summary>
    public static Field Meta { get; } = new("meta", FieldType.List, "Empty.") { IsRequired = true };

    /// <summary>Refusals of these statuses, for the documentation.</summary>
    public static IEnumerable<DescribedAnswer> Described(params IEnumerable<(int Status, string Text)> answers) =>
        answers.Select(answer => new DescribedAnswer(answer.Status, answer.Text) { Fields = [Errors, Meta] });

    private static readonly Field Errors = new("errors", FieldType.List, "What is wrong.")
    {
        IsRequired = true,
        Members =
        [
            Field.Text("code", "Stable: what a program decides by.") with { IsRequired = true, Example = "\"invalid_request\"" },
            Field.Text("message", "A sentence for developers.") with { IsRequired = true, Example = "\"This is no e-mail address.\"" },
            Field.Text("field", "Which field; null where it is about no single one.") with { MayBeNull = true, Example = "\"email\"" },
        ],
    };
}
