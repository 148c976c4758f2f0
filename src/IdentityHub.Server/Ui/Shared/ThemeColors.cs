using System.Text;
using System.Text.RegularExpressions;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The colours of a style sheet that are used where no style sheet is: in mails. The light ones, in hexadecimal notation.
/// </summary>
/// <param name="Accent">The variable <c>--accent</c>.</param>
/// <param name="AccentText">The variable <c>--accent-text</c>.</param>
internal sealed partial record ThemeColors(string Accent, string AccentText)
{
    /// <summary>Those of the built-in look.</summary>
    public static ThemeColors BuiltIn { get; } = new("#0b5cad", "#ffffff");

    /// <summary>What the style sheet says; what it does not say, or not in hexadecimal notation, is that of the built-in look.</summary>
    public static ThemeColors Of(byte[] css)
    {
        var text = Encoding.UTF8.GetString(css);
        return new ThemeColors(Find(text, "accent") ?? BuiltIn.Accent, Find(text, "accent-text") ?? BuiltIn.AccentText);
    }

    // The last one counts, as in a browser.
    private static string? Find(string css, string name) =>
        Variable().Matches(css).LastOrDefault(match => match.Groups["name"].ValueSpan.SequenceEqual(name)) is { } match
            ? match.Groups["color"].Value
            : null;

    [GeneratedRegex(
        @"--(?<name>accent(-text)?)\s*:\s*(light-dark\(\s*)?(?<color>#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
