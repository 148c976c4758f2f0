using System.Buffers;
using System.Collections.Frozen;

namespace IdentityHub.ConfigAsCode;

/// <summary>What an address must be. Each answers with what is wrong, or null.</summary>
internal static class UriRules
{
    /// <summary>RFC 3986 §2: what no URI holds unencoded.</summary>
    private static readonly SearchValues<char> s_unsafe = SearchValues.Create("\\\"<>^`{|}");

    // What a browser acts on itself, and what never is an app of a client.
    private static readonly FrozenSet<string> NeverApps = new[]
    {
        "about", "blob", "chrome", "chrome-extension", "content", "data", "file", "filesystem", "ftp", "ftps", "intent", "jar",
        "javascript", "mailto", "ms-appx", "res", "sms", "tel",
        "vbscript", "view-source", "ws", "wss",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Origins of the web views of apps, as they send them: Capacitor, Ionic, Tauri.
    private static readonly string[] AppOrigins = ["capacitor://localhost", "ionic://localhost", "tauri://localhost"];

    /// <summary>A redirect URI: RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1.</summary>
    public static string? FaultOfRedirect(string uri, bool isDevelopment, bool allowsCustomScheme)
    {
        if (FaultOfForm(uri) is { } fault)
            return fault;
        var parsed = new Uri(uri);
        if (IsWeb(parsed))
            return FaultOfScheme(parsed, isDevelopment);

        // RFC 8252 §7.1: a scheme of one's own is a reversed domain name. Published apps have others too.
        if (parsed.Scheme.Contains('.', StringComparison.Ordinal))
            return null;
        if (NeverApps.Contains(parsed.Scheme))
            return "must begin with https:// (or http:// for a loopback address), or with an app's own scheme such as com.example.app:/";
        return allowsCustomScheme
            ? null
            : "must begin with https:// (or http:// for a loopback address), or with a reversed domain name such as com.example.app:/; "
                + "another scheme needs allow_custom_scheme: true";
    }

    /// <summary>An address of a web server that the hub calls or loads.</summary>
    public static string? FaultOfWebAddress(string uri, bool isDevelopment)
    {
        if (FaultOfForm(uri) is { } fault)
            return fault;
        var parsed = new Uri(uri);
        return IsWeb(parsed) ? FaultOfScheme(parsed, isDevelopment) : "must begin with https://";
    }

    /// <summary>An origin: RFC 6454 §6.2, as browsers send it.</summary>
    public static string? FaultOfOrigin(string origin, bool isDevelopment)
    {
        if (AppOrigins.Contains(origin, StringComparer.Ordinal))
            return null;
        if (FaultOfWebAddress(origin, isDevelopment) is { } fault)
            return fault;
        var canonical = new Uri(origin).GetLeftPart(UriPartial.Authority);
        return canonical == origin ? null : $"must be scheme, host and port alone, in lower case: {canonical}";
    }

    private static string? FaultOfForm(string uri)
    {
        if (uri.Contains('*', StringComparison.Ordinal))
            return "must not hold a wildcard; list every address";
        if (uri.Contains('#', StringComparison.Ordinal))
            return "must not hold a fragment (#)";
        if (uri.AsSpan().ContainsAnyExceptInRange('\x21', '\x7E') || uri.AsSpan().ContainsAny(s_unsafe))
            return "must be ASCII without blanks and backslashes; encode what is not (RFC 3986 §2)";
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || !uri.Contains(':', StringComparison.Ordinal) || uri[0] == '/')
            return "must be an absolute URI such as https://app.example.com/callback";
        return parsed.UserInfo.Length > 0 ? "must not hold a user name (@)" : null;
    }

    private static string? FaultOfScheme(Uri uri, bool isDevelopment)
    {
        if (uri.Host.Length == 0)
            return "must name a host";
        return uri.Scheme == Uri.UriSchemeHttps || IsLoopback(uri) || isDevelopment
            ? null
            : "must begin with https://; http:// is for loopback addresses (RFC 8252 §7.3)";
    }

    /// <summary>.NET takes the name "loopback" for "localhost"; browsers ask DNS, which may answer with any address.</summary>
    private static bool IsLoopback(Uri uri) =>
        uri.IsLoopback && !uri.OriginalString.StartsWith("http://loopback", StringComparison.OrdinalIgnoreCase);

    private static bool IsWeb(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp;
}
