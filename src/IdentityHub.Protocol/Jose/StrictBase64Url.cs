using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace IdentityHub.Protocol.Jose;

/// <summary>
/// base64url as RFC 7515 §2 means it: no padding, no blanks, and the unused bits of the last character zero, so that
/// each byte string has exactly one encoding. The framework's decoder is more forgiving.
/// </summary>
internal static class StrictBase64Url
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Decodes; false for empty or malformed text.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.IsEmpty || text.ContainsAnyExcept(Alphabet) || !EndsCanonically(text))
            return false;

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    // Two characters over carry 8 of 12 bits, three carry 16 of 18; a single one carries no whole byte.
    private static bool EndsCanonically(ReadOnlySpan<char> text) => (text.Length % 4) switch
    {
        0 => true,
        2 => "AQgw".Contains(text[^1]),
        3 => "AEIMQUYcgkosw048".Contains(text[^1]),
        _ => false,
    };
}
