using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Nodes;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Requests that a proxy passes on, and what a caller sees of their answers.</summary>
internal static partial class Callers
{
    /// <summary>The setting under which the tests themselves are the trusted proxy.</summary>
    public static readonly (string Key, string Value) BehindProxy = ("IdentityHub:TrustedProxies", "127.0.0.1, ::1");

    /// <summary>A login whose <c>X-Forwarded-For</c> is <paramref name="address"/>.</summary>
    public static Task<Answer> LoginFromAsync(
        this HttpClient node, string address, string user = SharedConfig.Alice, string password = SharedConfig.Password) =>
        node.FromAsync(address, ("grant_type", "password"), ("client_id", SharedConfig.App), ("username", user), ("password", password));

    /// <summary>A token of the back end whose <c>X-Forwarded-For</c> is <paramref name="address"/>.</summary>
    public static Task<Answer> MachineFromAsync(this HttpClient node, string address, string secret = SharedConfig.MachineSecret, string clientId = SharedConfig.Machine) =>
        node.FromAsync(address, ("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", secret));

    /// <summary>All that a caller can tell answers apart by: status, headers, body; but for the date and the trace id, which are always new.</summary>
    public static string Seen(this Answer answer) => string.Join(
        '\n',
        [
            $"{answer.Status}",
            .. answer.Headers.Where(header => header.Key != "Date").OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}"),
            TraceId().Replace(answer.Body, "\"trace_id\":\"…\""),
        ]);

    private static Task<Answer> FromAsync(this HttpClient node, string address, params (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token").WithForm(form);
        request.Headers.Add("X-Forwarded-For", address);
        return node.AnswerAsync(request);
    }

    [GeneratedRegex("\"trace_id\":\"[0-9a-f]{32}\"")]
    private static partial Regex TraceId();
}
