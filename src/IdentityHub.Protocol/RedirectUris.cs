namespace IdentityHub.Protocol;

/// <summary>
/// Where a browser may be sent. RFC 6749 §3.1.2, RFC 8252 §7.3, RFC 9700 §2.1. Text is compared, never what a URI library makes of it.
/// </summary>
public static class RedirectUris
{
    // Longer ones are no slip of the pen.
    private const int MaxCompared = 500;
    private static readonly string[] LoopbackHosts = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

    /// <summary>
    /// True when <paramref name="presented"/> is <paramref name="registered"/> to the letter, or differs only in the port of a loopback
    /// address.
    /// </summary>
    public static bool Matches(string registered, string presented)
    {
        if (string.Equals(registered, presented, StringComparison.Ordinal))
            return true;
        return WithoutPort(registered) is { } known && WithoutPort(presented) is { } asked && known == asked;
    }

    /// <summary>
    /// The registered URI that is most like the one that was presented; null when none is registered, or it is too long to compare.
    /// </summary>
    public static string? Nearest(IReadOnlyList<string> registered, string presented) =>
        presented.Length > MaxCompared ? null : registered.MinBy(uri => EditDistance.Between(uri, presented));

    /// <summary>
    /// The source by which a Content Security Policy lets a form end up at <paramref name="redirectUri"/>: its origin, or its scheme where
    /// it has none that CSP can name (an app's own scheme, an IPv6 literal). CSP Level 3 §2.3.1.
    /// </summary>
    public static string FormTarget(string redirectUri)
    {
        var uri = new Uri(redirectUri);
        return uri.Scheme is "https" or "http" && uri.HostNameType != UriHostNameType.IPv6
            ? uri.GetLeftPart(UriPartial.Authority)
            : uri.Scheme + ":";
    }

    /// <summary>
    /// True for an https address, which only the owner of its host can serve. False for an app's own scheme and for a loopback address: the
    /// app that is there first gets what is sent there. RFC 8252 §7, §8.6.
    /// </summary>
    public static bool IsClaimed(string redirectUri) => redirectUri.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The URI with <paramref name="query"/> (encoded, without its question mark) behind the query that it has, if any.</summary>
    public static string WithQuery(string uri, string query) => $"{uri}{(uri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";

    // Host and the rest of a loopback URI; null for any other, and for a port that is none.
    private static (string Host, string Tail)? WithoutPort(string uri)
    {
        foreach (var host in LoopbackHosts)
        {
            if (!uri.StartsWith(host, StringComparison.Ordinal))
                continue;
            var rest = uri.AsSpan(host.Length);
            if (rest is [':', ..])
            {
                var digits = rest[1..].IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : rest.Length - 1;
                if (!ushort.TryParse(rest.Slice(1, digits), out var port) || port == 0)
                    return null;
                rest = rest[(1 + digits)..];
            }

            return rest is [] or ['/' or '?', ..] ? (host, rest.ToString()) : null;
        }

        return null;
    }
}
