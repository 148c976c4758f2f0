using System.Globalization;
using System.Text.RegularExpressions;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Shared;

/// <summary>The colours of the built-in look can be told apart, in light and in dark.</summary>
[Testing.Spec("WCAG 2.2", "1.4.3")]
public partial class StyleTests
{
    // Foreground, background, and how much lighter one must be than the other.
    private static readonly (string Front, string Back, double Ratio)[] Pairs =
    [
        ("text", "page", 7), ("text", "card", 7), ("text", "panel", 7), ("quiet", "page", 4.5), ("quiet", "card", 4.5),
        ("quiet", "panel", 4.5), ("link", "page", 4.5), ("link", "card", 4.5),
        ("accent-text", "accent", 4.5), ("accent-text", "accent-strong", 4.5), ("danger", "card", 4.5), ("danger", "danger-panel", 4.5),
        ("text", "danger-panel", 4.5), ("notice", "notice-panel", 4.5),
        ("text", "notice-panel", 4.5), ("field-line", "card", 3), ("focus", "page", 3), ("focus", "card", 3),
    ];

    [Test]
    public void Text_fields_and_the_focus_stand_out_in_both_schemes()
    {
        var style = File.ReadAllText(SourceTree.PathOf("src/IdentityHub.Server/Ui/Shared/hub.css"));
        var plain = Variable().Matches(style).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var both = Both()
            .Matches(style)
            .ToDictionary(match => match.Groups[1].Value, match => (Light: match.Groups[2].Value, Dark: match.Groups[3].Value));
        Assert.That(both.Keys, Is.EquivalentTo(plain.Keys), "each colour for browsers that know light and dark, and for those that do not");

        foreach (var scheme in new[]
            {
                plain,
                both.ToDictionary(color => color.Key, color => color.Value.Light),
                both.ToDictionary(color => color.Key, color => color.Value.Dark),
            })
        {
            foreach (var (front, back, ratio) in Pairs)
                Assert.That(
                    Contrast(scheme[front], scheme[back]), Is.GreaterThanOrEqualTo(ratio),
                    $"{front} on {back}: {scheme[front]} on {scheme[back]}");
        }
    }

    [Test]
    public void The_contrast_of_black_on_white_is_21() => Assert.That(Contrast("#000000", "#ffffff"), Is.EqualTo(21).Within(0.01));

    private static double Contrast(string one, string other)
    {
        double[] light = [Luminance(one), Luminance(other)];
        return (light.Max() + 0.05) / (light.Min() + 0.05);
    }

    private static double Luminance(string color)
    {
        double Channel(int at) =>
            int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0 is var value && value <= 0.04045
                ? value / 12.92
                : Math.Pow((value + 0.055) / 1.055, 2.4);
        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    [GeneratedRegex(@"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")]
    private static partial Regex Both();

    [GeneratedRegex("--([a-z-]+): (#[0-9a-f]{6});")]
    private static partial Regex Variable();
}
