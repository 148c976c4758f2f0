using System.Text;

namespace IdentityHub.Cli.Output;

/// <summary>Text that came from a database or a file, made safe for a terminal.</summary>
internal static class PlainText
{
    /// <summary>
    /// The text with <c>U+FFFD</c> in place of each control or format character: nothing moves the cursor or hides what follows.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var character in text)
            safe.Append(IsUnsafe(character) ? '\uFFFD' : character);
        return safe.ToString();
    }

    private static bool IsUnsafe(char character) =>
        char.IsControl(character) || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format;
}
