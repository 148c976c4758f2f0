using System.Buffers;

namespace IdentityHub.Server.Dialects.LoginSessions.Passwords;

/// <summary>Where the link of a reset mail may point: the addresses of the installation's list, and what is below them.</summary>
internal static class ResetPages
{
    private const int MaxLength = 2048;

    // RFC 3986 without the fragment, the at sign and what must be encoded.
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?&=+,%!$'()*;[]");

    /// <summary>
    /// True for an address of the list itself, or one that goes on behind it with <c>/</c> or <c>?</c>; compared exactly, and of a path
    /// that can be read in one way only.
    /// </summary>
    public static bool IsAllowed(string url, IReadOnlyList<string> list)
    {
        if (list.Contains(url, StringComparer.Ordinal))
            return true;
        if (url.Length > MaxLength
            || url.AsSpan().ContainsAnyExcept(Allowed)
            || !Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            || IsAmbiguous(url, parsed))
            return false;
        return list.Any(allowed =>
            url.StartsWith(allowed, StringComparison.Ordinal) && (Ends(allowed) || url[allowed.Length] is '/' or '?'));
    }

    // A host alone must end with its slash, or another could go on behind it.
    private static bool Ends(string allowed) => allowed.EndsWith('/') || allowed.EndsWith('?');

    private static bool IsAmbiguous(string url, Uri parsed) =>
        !url.StartsWith(parsed.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        || !MatrixPath.Parse(url.Split('?')[0]).Succeeded;
}
