using System.Text.Encodings.Web;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>
/// The error shape of login sessions, for everything that goes wrong there: <c>{"code": status, "message": sentence}</c>.
/// contracts/lsid-sessions.md.
/// </summary>
internal static class CodedErrors
{
    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        var status = StatusOf(error.Kind);
        OAuthResults.SetErrorHeaders(http, error, BearerResults.ChallengeOf(status));

        // Quotation marks stay what they are; nothing of a description is the caller's own text.
        return OAuthResults.WriteAsync(http, status, (status, error.Description), static (json, answer) =>
        {
            json.WriteNumber("code"u8, answer.status);
            json.WriteString("message"u8, JsonEncodedText.Encode(answer.Description, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        });
    }

    /// <summary>A wrong password is 401, and 423 where the user is blocked; the rest is as at the standard endpoints.</summary>
    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.InvalidCredentials => StatusCodes.Status401Unauthorized,
        RefusalKind.UserBlocked => StatusCodes.Status423Locked,
        _ => OAuthErrors.StatusOf(kind),
    };
}
