using System.Text.RegularExpressions;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Callers behind a proxy, and what a caller sees of an answer.</summary>
internal static partial class Callers
{
    /// <summary>The setting under which the tests themselves are the trusted proxy.</summary>
    public static readonly (string Key, string Value) BehindProxy = ("IdentityHub:TrustedProxies", "127.0.0.1, ::1");

    /// <summary>
    /// All that a caller can tell answers apart by: status, headers, body; but for the date and the trace id, which are always new, and for
    /// how many calls are left, which is about the caller.
    /// </summary>
    public static string Seen(this Answer answer) => string.Join(
        '\n',
        [
            $"{answer.Status}",
            .. answer
                .Headers.Where(header => header.Key is not ("Date" or "RateLimit-Remaining"))
                .OrderBy(header => header.Key, StringComparer.Ordinal)
                .Select(header => $"{header.Key}: {header.Value}"),
            TraceId().Replace(answer.Body, "\"trace_id\":\"…\""),
        ]);

    [GeneratedRegex("\"trace_id\":\"[0-9a-f]{32}\"")]
    private static partial Regex TraceId();
}
