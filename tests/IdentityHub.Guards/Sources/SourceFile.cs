using System.Text.RegularExpressions;

namespace IdentityHub.Guards.Sources;

/// <summary>One file of the repository.</summary>
/// <param name="Path">Relative to the root, with <c>/</c>.</param>
public sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>
    /// C# without comments and literals, line by line as in <see cref="Text"/>. Interpolated strings stay: they hold code.
    /// </summary>
    public string Code { get; } = Path.EndsWith(".cs", StringComparison.Ordinal) ? CommentsAndLiterals().Replace(Text, Blank) : Text;

    public IEnumerable<string> CodeLines => Code.Split('\n');

    /// <summary>Where in the house it lies: <c>src/IdentityHub.Server/OAuth/Token/TokenEndpoint.cs</c> → <c>OAuth/Token</c>.</summary>
    public string FolderIn(string project) =>
        Path.StartsWith(project + "/", StringComparison.Ordinal) && Path.LastIndexOf('/') is var end && end > project.Length
            ? Path[(project.Length + 1)..end]
            : "";

    /// <summary>Each match in the code as <c>path:line: text</c>.</summary>
    public IEnumerable<string> Find(Regex pattern) =>
        from match in pattern.Matches(Code)
        select $"{Path}:{Code.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value.Trim()}";

    private static string Blank(Match match) =>
        match.Value.StartsWith('$') ? match.Value : new string('\n', match.Value.Count(c => c == '\n'));

    [GeneratedRegex(
        """"
        //[^\n]* | /\*[\s\S]*?\*/
        | \$*"""[\s\S]*?"""
        | \$"(?:\\.|\{[^}\n]*\}|[^"\\\n])*" | (?:\$@|@\$)"(?:[^"]|"")*" | @"(?:[^"]|"")*" | "(?:\\.|[^"\\\n])*"
        | '(?:\\.[^'\n]*|[^'\\\n])'
        """",
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentsAndLiterals();
}
