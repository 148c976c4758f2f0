namespace IdentityHub.ConfigAsCode;

/// <summary>A section of a file as it is written.</summary>
/// <param name="Before">Comments and blank lines above it.</param>
/// <param name="Text">The whole section.</param>
/// <param name="Head">Its lines above the first entry.</param>
/// <param name="Entries">Each entry, with the comments above it; null where entries have no lines of their own.</param>
/// <param name="Indent">Blanks before an entry.</param>
internal sealed record FileSection(
    string Key, string Before, string Text, string Head, IReadOnlyList<(string Comments, string Text)>? Entries, int Indent);

/// <summary>Cuts the text of a file into sections and entries by the lines on which they begin.</summary>
internal sealed class FileLines
{
    private readonly string[] _lines;
    private readonly MappingNode _root;

    public FileLines(string text, MappingNode root)
    {
        var ended = text.EndsWith('\n') ? text : text + "\n";
        _lines = [.. ended.Split('\n')[..^1].Select(line => line + "\n")];
        _root = root;
    }

    /// <summary>Comments below the last section.</summary>
    public string Rest => Join(EndOf(_root.Entries.Count - 1), _lines.Length);

    /// <summary>The sections in the order of the file.</summary>
    public IEnumerable<FileSection> Sections()
    {
        for (var i = 0; i < _root.Entries.Count; i++)
        {
            var (key, value) = _root.Entries[i];
            var (start, end) = (key.Line - 1, EndOf(i));
            var before = Join(i == 0 ? 0 : EndOf(i - 1), start);
            var starts = StartsOf(value);
            if (starts is null)
            {
                yield return new(key.Text, before, Join(start, end), "", null, 0);
                continue;
            }

            var entries = new List<(string, string)>();
            var above = starts.Count == 0 ? end : AboveOf(starts[0], start + 1);
            var head = Join(start, above);
            for (var entry = 0; entry < starts.Count; entry++)
            {
                var next = entry + 1 < starts.Count ? AboveOf(starts[entry + 1], starts[entry] + 1) : end;
                entries.Add((Join(above, starts[entry]), Join(starts[entry], next)));
                above = next;
            }

            yield return new(key.Text, before, Join(start, end), head, entries, IndentOf(starts[0]));
        }
    }

    // Below a section, comments and blank lines belong to what follows.
    private int EndOf(int section)
    {
        if (section < 0)
            return 0;
        var start = _root.Entries[section].Key.Line;
        return section + 1 < _root.Entries.Count ? AboveOf(_root.Entries[section + 1].Key.Line - 1, start) : AboveOf(_lines.Length, start);
    }

    // Line indexes of the entries; null where one shares its line with something else.
    private List<int>? StartsOf(ConfigNode section)
    {
        List<ConfigNode> nodes = section switch
        {
            SequenceNode list => list.Items,
            MappingNode mapping => [.. mapping.Entries.Select(entry => entry.Key)],
            _ => [],
        };
        var lead = section is SequenceNode ? "-" : "";
        if (nodes.Count == 0 || nodes.Select(node => node.Line).Distinct().Count() != nodes.Count
            || !nodes.TrueForAll(node => _lines[node.Line - 1][..(node.Column - 1)].Trim() == lead))
        {
            return null;
        }

        return [.. nodes.Select(node => node.Line - 1)];
    }

    private int AboveOf(int line, int least)
    {
        while (line > least && _lines[line - 1].AsSpan().Trim() is var above && (above.IsEmpty || above[0] == '#'))
            line--;
        return line;
    }

    private int IndentOf(int line) => _lines[line].Length - _lines[line].TrimStart(' ').Length;

    private string Join(int from, int to) => from < to ? string.Concat(_lines[from..to]) : "";
}
