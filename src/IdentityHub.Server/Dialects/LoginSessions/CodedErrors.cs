using System.Text.Encodings.Web;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>The error shape of login sessions, for everything that goes wrong there: <c>{"code": status, "message": sentence}</c>. contracts/lsid-sessions.md.</summary>
internal static class CodedErrors
{
    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(error.Status));

        // Quotation marks stay what they are; nothing of a description is the caller's own text.
        return OAuthResults.WriteAsync(http, error.Status, error, static (json, error) =>
        {
            json.WriteNumber("code"u8, error.Status);
            json.WriteString("message"u8, JsonEncodedText.Encode(error.Description, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        });
    }

    /// <summary>The session does not exist, has ended, or is not visible to the caller. The caller cannot tell which.</summary>
    public static Refusal NoSession(string reason) =>
        new("not_found", "There is no such session.", reason, $"refused: {reason}", StatusCodes.Status404NotFound);

    /// <summary>The same for a user.</summary>
    public static Refusal NoUser(string reason) =>
        new("not_found", "There is no such user.", reason, $"refused: {reason}", StatusCodes.Status404NotFound);

    /// <summary>The same for what a session wants to act as.</summary>
    public static Refusal NoSuch(string what, string reason) =>
        new("not_found", $"There is no such session or {what}.", reason, $"refused: {reason}", StatusCodes.Status404NotFound);

    public static Refusal Forbidden(string description, string reason) => new("forbidden", description, reason, description, StatusCodes.Status403Forbidden);
}
