using System.Text;

namespace IdentityHub.Storage.Users;

/// <summary>
/// E-mail addresses: one <c>@</c>, a dot-atom of RFC 5321 §4.1.2 (letters of any script: RFC 6531) before it and a domain behind it. No
/// quotes, comments or literals, and so nothing that a mail header could take for a second recipient.
/// </summary>
public static class EmailAddress
{
    /// <summary>Longest address in characters, as typed and as compared.</summary>
    public const int MaxLength = 256;

    private const string AtomMarks = "!#$%&'*+-/=?^_`{|}~";
    private const int MaxLocalLength = 64;
    private const int MaxLabelLength = 63;

    /// <summary>True for an address that mail can be sent to, as far as its form tells.</summary>
    public static bool IsValid(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > MaxLocalLength || text.Length > MaxLength)
            return false;
        if (!text[..at].Split('.').All(atom => atom.Length > 0 && atom.EnumerateRunes().All(IsAtom))
            || !text[(at + 1)..].Split('.').All(IsLabel))
            return false;

        // Compatibility forms grow when they are normalized, up to eighteenfold.
        return NameNormalizer.Normalize(text) is { Length: <= MaxLength } normalized && normalized.Count(c => c == '@') == 1;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength
        && label[0] != '-'
        && label[^1] != '-'
        && label.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || rune.Value == '-' || IsMark(rune));

    private static bool IsAtom(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || IsMark(rune) || (rune.IsAscii && AtomMarks.Contains((char)rune.Value, StringComparison.Ordinal));

    // Accents that are separate characters, where text is not composed.
    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
