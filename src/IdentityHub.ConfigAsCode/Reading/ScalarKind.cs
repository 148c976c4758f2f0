using System.Buffers;

namespace IdentityHub.ConfigAsCode;

/// <summary>Types of the YAML 1.2 core schema, which are those of JSON.</summary>
internal enum ScalarKind
{
    Text,
    Null,
    Boolean,
    Integer,
    Float,
}

/// <summary>What a plain (not quoted) scalar is. YAML 1.2 §10.3.2.</summary>
internal static class CoreSchema
{
    private static readonly SearchValues<char> s_octal = SearchValues.Create("01234567");
    private static readonly SearchValues<char> s_hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    public static ScalarKind KindOf(ReadOnlySpan<char> text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL")
            return ScalarKind.Null;
        if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
            return ScalarKind.Boolean;
        // Cheap way out: nearly every scalar is a word.
        if (text[0] is not ('+' or '-' or '.' or (>= '0' and <= '9')))
            return ScalarKind.Text;
        return IsInteger(text) ? ScalarKind.Integer : IsFloat(text) ? ScalarKind.Float : ScalarKind.Text;
    }

    private static bool IsInteger(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("0x") && text.Length > 2)
            return !text[2..].ContainsAnyExcept(s_hexadecimal);
        if (text.StartsWith("0o") && text.Length > 2)
            return !text[2..].ContainsAnyExcept(s_octal);
        return IsDigits(Unsigned(text));
    }

    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        if (text is ".nan" or ".NaN" or ".NAN")
            return true;
        var number = Unsigned(text);
        if (number is ".inf" or ".Inf" or ".INF")
            return true;

        var mantissa = number;
        if (number.IndexOfAny('e', 'E') is var e and >= 0)
        {
            mantissa = number[..e];
            if (!IsDigits(Unsigned(number[(e + 1)..])))
                return false;
        }

        var dot = mantissa.IndexOf('.');
        if (dot < 0)
            return IsDigits(mantissa);
        var whole = mantissa[..dot];
        var fraction = mantissa[(dot + 1)..];
        return (IsDigits(whole) && (fraction.IsEmpty || IsDigits(fraction))) || (whole.IsEmpty && IsDigits(fraction));
    }

    private static ReadOnlySpan<char> Unsigned(ReadOnlySpan<char> text) => text is ['+' or '-', ..] ? text[1..] : text;

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
