using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;

namespace IdentityHub.Server.Http;

/// <summary>Refusals of endpoints that take a bearer token: RFC 6750 §3, with a JSON body in addition to the header.</summary>
internal static class BearerResults
{
    private const string Challenge = "Bearer realm=\"IdentityHub\"";

    /// <summary>No token at all: the scheme only, no error code. RFC 6750 §3.1.</summary>
    public static Refusal TokenMissing { get; } =
        new(RefusalKind.InvalidToken, "An access token is needed: Authorization: Bearer …", Reasons.AccessTokenMissing, "no access token");

    public static Refusal InvalidToken(string reason, string detail) =>
        new(RefusalKind.InvalidToken, "The access token is invalid, expired or revoked.", reason, detail);

    public static Refusal InsufficientScope(string scope) => new(
        RefusalKind.InsufficientScope, $"The access token lacks the scope '{scope}'.",
        Reasons.InsufficientScope, $"scope {scope} is missing");

    /// <summary>
    /// The <c>WWW-Authenticate</c> of a dialect's own error shape, in which the body says the rest; null for a status that has none.
    /// </summary>
    public static string? ChallengeOf(int status) => status == StatusCodes.Status401Unauthorized ? Challenge : null;

    /// <summary>Writes the refusal.</summary>
    public static Task WriteErrorAsync(HttpContext http, RequestContext context, Refusal error) =>
        OAuthResults.WriteErrorAsync(http, context, error, ChallengeOf(error));

    /// <summary>The <c>WWW-Authenticate</c> that goes with the refusal; null for none.</summary>
    public static string? ChallengeOf(Refusal error) => ChallengeOf(error, OAuthErrors.CodeOf(error.Kind));

    /// <summary>The same, where the body of the answer has a code of its own.</summary>
    public static string? ChallengeOf(Refusal error, string code) => OAuthErrors.StatusOf(error.Kind) switch
    {
        StatusCodes.Status401Unauthorized when error.Reason == Reasons.AccessTokenMissing => Challenge,
        StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden =>
            $"{Challenge}, error=\"{code}\", error_description=\"{error.Description.Replace('"', '\'')}\""
            + string.Concat(error.Challenge.Select(parameter => $", {parameter.Key}=\"{parameter.Value}\"")),
        _ => null,
    };
}
