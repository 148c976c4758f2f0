using System.Security.Cryptography;

namespace IdentityHub.Protocol;

/// <summary>
/// The code that a user copies from a device: <c>WDJB-MJHT</c>. RFC 8628 §6.1. It has 34.5 bits. That is enough because tries are counted
/// and the code lives for minutes only.
/// </summary>
public static class UserCode
{
    /// <summary>Twenty letters: no vowel, so that no word comes out, and none that is taken for a digit.</summary>
    public const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";

    /// <summary>Letters in a code, the dash not counted.</summary>
    public const int Length = 8;

    private const int MaxTypedLength = 64;

    /// <summary>A fresh code, without its dash, from the system's CSPRNG.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The form that is shown: two halves, which are easier to copy.</summary>
    public static string Format(string code) => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";

    /// <summary>
    /// What the user meant: case, blanks and punctuation do not count. Null when no code can be typed like that.
    /// </summary>
    public static string? Normalize(string? typed)
    {
        if (typed is null || typed.Length > MaxTypedLength)
            return null;

        Span<char> code = stackalloc char[Length];
        var count = 0;
        foreach (var c in typed)
        {
            if (char.IsWhiteSpace(c) || char.IsPunctuation(c))
                continue;

            // Letters of full width too: U+FF01 to U+FF5E are ASCII, moved.
            var plain = c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c;
            var letter = char.IsAsciiLetterLower(plain) ? (char)(plain - 'a' + 'A') : plain;
            if (count == Length || !Alphabet.Contains(letter))
                return null;
            code[count++] = letter;
        }

        return count == Length ? new string(code) : null;
    }
}
