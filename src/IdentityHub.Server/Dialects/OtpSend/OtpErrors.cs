using System.Text.Encodings.Web;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.OtpSend;

/// <summary>
/// The error shape of <c>/otp/*</c>, for everything that goes wrong there: <c>{"errors":[{code,message,field}],"meta":[]}</c>; <c>field</c> is null
/// where it is about no single one. contracts/oauth-v2-and-otp.md.
/// </summary>
internal static class OtpErrors
{
    /// <summary>A refusal that is about one field.</summary>
    public static OAuthError Of(HttpContext http, string field, string description, string reason)
    {
        http.Features.Set(new FaultyField(field));
        return OAuthError.InvalidRequest(description, reason);
    }

    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, Call call, OAuthError error)
    {
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(error));
        return OAuthResults.WriteAsync(http, error.Status, (error, http.Features.Get<FaultyField>()?.Name), static (json, answer) =>
        {
            json.WriteStartArray("errors"u8);
            json.WriteStartObject();
            json.WriteString("code"u8, answer.error.Code);
            json.WriteString("message"u8, JsonEncodedText.Encode(answer.error.Description, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
            json.WriteString("field"u8, answer.Name);
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

    private sealed record FaultyField(string Name);
}
