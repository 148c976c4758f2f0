using System.Text.RegularExpressions;

namespace IdentityHub.Guards.Sources;

/// <summary>One reason of a catalogue: a constant, its code, and the sentence that describes it.</summary>
internal sealed partial record ReasonEntry(string Name, string Code, string Sentence)
{
    /// <summary>The reasons of refusals.</summary>
    public const string Refusals = "src/IdentityHub.Protocol/Vocabulary/Reasons.cs";

    /// <summary>The reasons for which sessions and refresh tokens end.</summary>
    public const string Ends = "src/IdentityHub.Protocol/Vocabulary/SessionEndReasons.cs";

    /// <summary>The reasons of a catalogue, in the order of their codes.</summary>
    public static IReadOnlyList<ReasonEntry> In(string catalogue) =>
    [
        .. Constant().Matches(Repository.Read(path => path == catalogue).Single().Text)
            .Select(static match => new ReasonEntry(match.Groups["name"].Value, match.Groups["code"].Value, match.Groups["sentence"].Value))
            .OrderBy(static entry => entry.Code, StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"\[Description\(""(?<sentence>[^""]+)""\)\]\s+public const string (?<name>\w+) = ""(?<code>[a-z0-9_]+)"";")]
    private static partial Regex Constant();
}
