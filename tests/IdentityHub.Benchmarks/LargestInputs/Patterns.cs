using System.Buffers.Text;
using System.Text;

namespace IdentityHub.Benchmarks.LargestInputs;

/// <summary>
/// Texts that are costly for a parser that is not linear, or that makes something of each piece: repeated up to a length.
/// </summary>
internal static class Patterns
{
    /// <summary>For a header or a parameter; ASCII without control characters.</summary>
    public static IReadOnlyList<(string Name, string Piece)> Texts { get; } =
    [
        ("one letter", "a"), ("tags", "a-"), ("long tags", "abcdefgh-"), ("list", "a,"), ("qualities", "a;q=0.1,"), ("pairs", "a=b;"),
        ("pairs by comma", "a=b,"),
        ("words", "a "), ("blanks", " "), ("quotes", "\""), ("open brackets", "("), ("escapes", "\\\""), ("percent", "%25"),
        ("broken percent", "%"),
        ("plus", "+"), ("equal signs", "="), ("dots", "a."), ("colons", ":"), ("addresses", "1.1.1.1, "), ("IPv6", "[::1]:1, "),
        ("slashes", "a/"), ("at signs", "a@"),
        ("digits", "9"),
        ("dashes", "-"),
        ("base64", "QUJD"),
        ("arrays", "["),
        ("objects", "{\"a\":"),
        ("punycode", "xn--a."),
        ("addresses of pages", "https://a/ "),
    ];

    /// <summary>For a parameter that may hold more than ASCII.</summary>
    public static IReadOnlyList<(string Name, string Piece)> Unicode { get; } =
    [
        ("combining marks", "a\u0300\u0301\u0302"), ("wide letters", "\uff21"), ("ligatures", "\ufdfa"), ("emoji", "\U0001f600"),
        ("right to left", "\u202e\u0627"),
    ];

    /// <summary>As much of a pattern as fits.</summary>
    public static string Repeat(string piece, int length) => string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    /// <summary>Whole values that only look right at first: tokens, requests for claims, documents.</summary>
    public static IEnumerable<(string Name, string Value)> Shapes(int length)
    {
        yield return ("JWT, nested header", $"{Encode(Nested(length / 2, "{\"a\":", "1", "}"))}.e30.AAAA");
        yield return ("JWT, many claims", $"{Encode("{\"alg\":\"ES256\",\"kid\":\"1\"}")}.{Encode(Members(length * 3 / 5))}.AAAA");
        yield return (
            "JWT, many audiences", $"{Encode("{\"alg\":\"RS256\"}")}.{Encode($"{{\"aud\":[{Repeat("\"a\",", length / 2)}\"a\"]}}")}.AAAA");
        yield return ("JSON, many members", Members(length - 100));
        yield return ("JSON, claims", $"{{\"userinfo\":{Members(length - 200)}}}");
        yield return ("JSON, nested objects", Nested(length - 10, "{\"a\":", "1", "}"));
        yield return ("JSON, nested arrays", Nested(length - 10, "[", "", "]"));
        yield return ("JSON, long number", $"{{\"a\":{new string('9', length - 20)}}}");
        yield return ("JSON, escapes", $"{{\"a\":\"{Repeat("\\u0061", length - 20)}\"}}");
    }

    private static string Members(int length)
    {
        var json = new StringBuilder("{");
        for (var i = 0; json.Length < length - 30; i++)
            json.Append(json.Length > 1 ? "," : "").Append("\"m").Append(i).Append("\":null");
        return json.Append('}').ToString();
    }

    private static string Nested(int length, string open, string inner, string close)
    {
        var depth = (length - inner.Length) / (open.Length + close.Length);
        return Repeat(open, depth * open.Length) + inner + Repeat(close, depth * close.Length);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
