using System.Text;

namespace IdentityHub.Storage.Users;

/// <summary>
/// E.164 (ITU-T): <c>+</c> and 7 to 15 digits. Blanks, dots, hyphens and parentheses between them are dropped; <c>00</c> means <c>+</c>.
/// </summary>
public static class PhoneNumber
{
    private const int MinDigits = 7, MaxDigits = 15, MaxTyped = 40;

    /// <summary>The stored form, or null when <paramref name="typed"/> is no phone number.</summary>
    public static string? Normalize(string? typed)
    {
        if (typed is null || typed.Length > MaxTyped)
            return null;

        var trimmed = typed.AsSpan().Trim();
        var plus = trimmed.StartsWith("+");
        if (DigitsOf(plus ? trimmed[1..] : trimmed) is not { } digits)
            return null;
        if (!plus)
        {
            if (!digits.StartsWith("00", StringComparison.Ordinal))
                return null;
            digits = digits[2..];
        }

        return digits.Length is >= MinDigits and <= MaxDigits && digits[0] != '0' ? $"+{digits}" : null;
    }

    /// <summary>
    /// The same for what a client has sent a code to before: a national number, such as <c>02345678901234</c>, stays what it is. Which
    /// country it belongs to is not known, and so it is no other way of writing an E.164 number.
    /// </summary>
    public static string? NormalizeDialled(string? typed)
    {
        if (Normalize(typed) is { } international)
            return international;
        return
            typed is { Length: <= MaxTyped }
            && DigitsOf(typed.AsSpan().Trim()) is ['0', not '0', ..] digits
            && digits.Length is >= MinDigits and <= MaxDigits
            ? digits
            : null;
    }

    private static string? DigitsOf(ReadOnlySpan<char> typed)
    {
        var digits = new StringBuilder(16);
        foreach (var c in typed)
        {
            if (char.IsAsciiDigit(c))
                digits.Append(c);
            else if (c is not (' ' or '.' or '-' or '(' or ')'))
                return null;
        }

        return digits.ToString();
    }
}
