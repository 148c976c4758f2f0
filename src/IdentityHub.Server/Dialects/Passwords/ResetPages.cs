using System.Buffers;

namespace IdentityHub.Server.Dialects.Passwords;

/// <summary>Where the link of a reset mail may point: the addresses of the installation's list, and what lies below them.</summary>
internal static class ResetPages
{
    private const int MaxLength = 2048;

    // RFC 3986 without the fragment, the at sign and what must be encoded.
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?&=+,%!$'()*;[]");

    /// <summary>True for an address of the list itself, or one that goes on behind it with <c>/</c> or <c>?</c>; compared exactly.</summary>
    public static bool IsAllowed(string url, IReadOnlyList<string> list)
    {
        if (url.Length > MaxLength || url.AsSpan().ContainsAnyExcept(Allowed) || !Uri.TryCreate(url, UriKind.Absolute, out var parsed) || HasDots(url, parsed))
            return false;
        return list.Any(allowed => url == allowed || (url.StartsWith(allowed, StringComparison.Ordinal) && (Ends(allowed) || url[allowed.Length] is '/' or '?')));
    }

    // A host alone must end with its slash, or another could go on behind it.
    private static bool Ends(string allowed) => allowed.EndsWith('/') || allowed.EndsWith('?');

    private static bool HasDots(string url, Uri parsed) =>
        url.Split('?')[0].Split('/').Any(segment => Uri.UnescapeDataString(segment) is "." or "..") || !url.StartsWith(parsed.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
}
