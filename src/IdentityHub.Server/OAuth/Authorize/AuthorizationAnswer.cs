using IdentityHub.Protocol;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.Authorize;

/// <summary>
/// Sends the browser back to the client: by query, fragment, or a form that posts itself; with <c>state</c> as it came and <c>iss</c>, in
/// refusals too. RFC 6749 §4.1.2, RFC 9207, OAuth 2.0 Form Post Response Mode.
/// </summary>
internal static class AuthorizationAnswer
{
    /// <summary>The members of a refusal. RFC 6749 §4.1.2.1.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(Refusal error, RequestContext context) =>
        [
            new("error", OAuthErrors.CodeOf(error.Kind)), new("error_description", Printable(error.Description)),
            new("trace_id", context.TraceIdText)
        ];

    /// <summary>Writes the answer.</summary>
    public static Task WriteAsync(HttpContext http, AuthorizationTarget target, IEnumerable<KeyValuePair<string, string>> members)
    {
        var all = All(http, target, members);
        if (target.ResponseMode == ResponseModes.FormPost)
            return FormPostPage.WriteAsync(http, target.RedirectUri, all);
        return OAuthResults.RedirectAsync(http, Address(target, all));
    }

    private static List<KeyValuePair<string, string>> All(
        HttpContext http, AuthorizationTarget target, IEnumerable<KeyValuePair<string, string>> members)
    {
        var all = members.ToList();
        if (target.State is { } state)
            all.Add(new("state", state));
        all.Add(new("iss", http.RequestServices.GetRequiredService<IOptions<HubSettings>>().Value.Issuer));
        return all;
    }

    private static string Address(AuthorizationTarget target, List<KeyValuePair<string, string>> members)
    {
        var query = string.Join('&', members.Select(member => $"{member.Key}={Uri.EscapeDataString(member.Value)}"));
        return target.ResponseMode == ResponseModes.Fragment
            ? $"{target.RedirectUri}#{query}"
            : RedirectUris.WithQuery(target.RedirectUri, query);
    }

    // RFC 6749 §4.1.2.1: visible ASCII without quote and backslash.
    private static string Printable(string text) =>
        string.Concat(text.Select(c => c is >= ' ' and <= '~' and not ('"' or '\\') ? c : '\''));
}
