using System.Text.RegularExpressions;
using IdentityHub.Testing;

namespace IdentityHub.Interop.Support;

/// <summary>One fenced block of shell commands of a page, with the answer that the page promises.</summary>
/// <param name="Page">Path of the page in the repository.</param>
/// <param name="Line">Line of the first command, from 1.</param>
/// <param name="Expected">What follows <c># → </c>: the output of the block, where <c>…</c> stands for any text. Null where nothing is
/// promised.</param>
internal sealed partial record DocumentBlock(string Page, int Line, string Commands, string? Expected)
{
    public static IReadOnlyList<DocumentBlock> Read(string page) => Parse(page, File.ReadAllText(SourceTree.PathOf(page)));

    public static IReadOnlyList<DocumentBlock> Parse(string page, string text) =>
    [
        .. from match in Fence().Matches(text)
           let expected = Promise().Match(match.Groups[1].Value)
           select new DocumentBlock(
               page,
               text.AsSpan(0, match.Groups[1].Index).Count('\n') + 1,
               Promise().Replace(match.Groups[1].Value, ""),
               expected.Success ? expected.Groups[1].Value : null),
    ];

    /// <summary>True when this is what the page promises.</summary>
    public bool IsPromised(string output) =>
        Expected is null
        || Regex.IsMatch(output.Trim(), $"^{string.Join(".*", Expected.Split('…').Select(Regex.Escape))}$", RegexOptions.Singleline);

    public override string ToString() => $"{Page}:{Line}";

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^# → (.*)\n", RegexOptions.Multiline)]
    private static partial Regex Promise();
}
