using System.Text;

namespace IdentityHub.Storage.Users;

/// <summary>E.164 (ITU-T): <c>+</c> and 7 to 15 digits. Blanks, dots, hyphens and parentheses between them are dropped; <c>00</c> means <c>+</c>.</summary>
public static class PhoneNumber
{
    /// <summary>The stored form, or null when <paramref name="typed"/> is no phone number.</summary>
    public static string? Normalize(string? typed)
    {
        if (typed is null || typed.Length > 40)
            return null;

        var digits = new StringBuilder(16);
        var trimmed = typed.AsSpan().Trim();
        var plus = trimmed.StartsWith("+");
        foreach (var c in plus ? trimmed[1..] : trimmed)
        {
            if (char.IsAsciiDigit(c))
                digits.Append(c);
            else if (c is not (' ' or '.' or '-' or '(' or ')'))
                return null;
        }

        if (!plus)
        {
            if (digits.Length < 3 || digits[0] != '0' || digits[1] != '0')
                return null;
            digits.Remove(0, 2);
        }

        return digits.Length is >= 7 and <= 15 && digits[0] != '0' ? $"+{digits}" : null;
    }
}
