using IdentityHub.Protocol;
using IdentityHub.Server.Dialects.Shared;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.HashSecret;

/// <summary>
/// The error shape of hash and secret: a refusal is 200 as well, with nothing but a sentence. What HTTP itself has a word for (another
/// verb, a body too long, too many calls, a server that cannot answer) keeps its status. contracts/hash-secret.md.
/// </summary>
internal static class HashSecretErrors
{
    /// <summary>
    /// Frozen: the one sentence for an unknown hash, a wrong or expired secret, a disabled client, a client that may not come here.
    /// </summary>
    public const string Refused = "API User is not existing or deactivated.";

    /// <summary>Writes a refusal of any kind.</summary>
    public static Task WriteAsync(HttpContext http, RequestContext context, Refusal error)
    {
        var (status, sentence) = AnswerOf(error);
        OAuthResults.SetErrorHeaders(http, error, challenge: null);
        return OAuthResults.WriteAsync(http, status, sentence, static (json, sentence) =>
            json.WriteString("error"u8, Sentence.Encode(sentence)));
    }

    /// <summary>Status and sentence.</summary>
    public static (int Status, string Sentence) AnswerOf(Refusal error) => error.Kind switch
    {
        RefusalKind.InvalidRequest => (StatusCodes.Status200OK, error.Description),
        RefusalKind.ContentTooLarge or RefusalKind.UnsupportedMediaType or RefusalKind.MethodNotAllowed or RefusalKind.RequestTimeout
            or RefusalKind.NotFound or RefusalKind.Conflict or RefusalKind.InsufficientScope or RefusalKind.Forbidden
            or RefusalKind.TooManyRequests or RefusalKind.TemporarilyUnavailable or RefusalKind.ServerError =>
            (OAuthErrors.StatusOf(error.Kind), error.Description),
        RefusalKind.InvalidClient or RefusalKind.UnauthorizedClient or RefusalKind.UnsupportedGrantType or RefusalKind.InvalidGrant
            or RefusalKind.InvalidCredentials or RefusalKind.InvalidOneTimePassword or RefusalKind.UserBlocked or RefusalKind.InvalidScope
            or RefusalKind.InvalidTarget or RefusalKind.AccessDenied or RefusalKind.LoginRequired or RefusalKind.ConsentRequired
            or RefusalKind.UnmetAuthenticationRequirements or RefusalKind.UnsupportedResponseType or RefusalKind.RequestUriNotSupported
            or RefusalKind.InvalidRequestUri or RefusalKind.InvalidRequestObject or RefusalKind.RegistrationNotSupported
            or RefusalKind.AuthorizationPending or RefusalKind.SlowDown or RefusalKind.ExpiredToken or RefusalKind.InvalidToken
            or RefusalKind.InsufficientAuthentication =>
            (StatusCodes.Status200OK, Refused),
    };
}
