using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Http;

/// <summary>Finds the bearer token of a request. RFC 6750 §2.1, §2.2; never in the query.</summary>
internal static class BearerReader
{
    /// <summary>The token of the header or of the form; the refusal when there are two; null when there is none.</summary>
    public static Outcome<string>? Read(HttpRequest request, Parameters? form)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization;
        if (header.Count > 1)
            return Refusal.InvalidRequest("There are several Authorization headers.", Reasons.TokenPresentedTwice);

        var inHeader =
            header is [{ } value] && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? value[scheme.Length..].Trim() : null;
        var inForm = form?["access_token"];
        if (inHeader is not null && inForm is not null)
            return Refusal.InvalidRequest(
                "The access token was sent in the header and in the body; send it once.", Reasons.TokenPresentedTwice);
        return (inHeader ?? inForm) is { Length: > 0 } token ? (Outcome<string>?)token : null;
    }
}
