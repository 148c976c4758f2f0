using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Reads one file into <see cref="ConfigNode"/>s. Of YAML it takes what JSON has: mappings, lists, scalars. Anchors, aliases, tags and
/// several documents are refused: they hide where a value is written, and a few lines of them can fill the memory.
/// </summary>
internal sealed class YamlReader(string file, FaultCollector faults)
{
    /// <summary>The format itself needs seven.</summary>
    private const int MaxDepth = 32;

    /// <summary>The mapping at the root; null for a file without content, and for one that cannot be read to its end.</summary>
    public MappingNode? Read(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            return parser.Accept<StreamEnd>(out _) ? null : ReadDocument(parser);
        }
        catch (YamlException exception)
        {
            // The parser names the place where its token began, which may be lines before the tab that it stumbled over.
            if (FindTab(text) is { } tab)
                AddUnreadable(tab.Line, tab.Column, "is not YAML: a tab indents the line; YAML is indented with spaces");
            else
                AddUnreadable(exception.Start, $"is not YAML: {Sentence(exception.Message)}");
        }
        catch (Exception exception)
            when (exception is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // The parser's own slips on text that is not YAML; they carry no place.
            faults.AddUnreadable(file, 0, 0, "is not YAML");
        }

        return null;
    }

    private MappingNode? ReadDocument(Parser parser)
    {
        parser.Consume<DocumentStart>();
        var root = ReadNode(parser, null, default, 0);
        if (root is null)
            return null;

        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _))
        {
            AddUnreadable(parser.Current!.Start, "begins a second document; a file holds one: put it into a file of its own");
            return null;
        }

        switch (root)
        {
            case MappingNode mapping:
                return mapping;
            case ScalarNode { Kind: ScalarKind.Null }:
                return null;
            default:
                AddUnreadable(root.Line, root.Column, $"holds {root.Noun}; a configuration file is a mapping with keys such as 'clients:'");
                return null;
        }
    }

    /// <returns>Null when the rest of the file cannot be read.</returns>
    private ConfigNode? ReadNode(Parser parser, ConfigNode? parent, Step step, int depth)
    {
        if (depth > MaxDepth)
        {
            AddUnreadable(parser.Current!.Start, $"is nested deeper than {MaxDepth} levels");
            return null;
        }

        return parser.Current switch
        {
            MappingStart => ReadMapping(parser, parent, step, depth),
            SequenceStart => ReadSequence(parser, parent, step, depth),
            AnchorAlias => ReadAlias(parser, parent, step),
            _ => ReadScalar(parser, parent, step),
        };
    }

    private MappingNode? ReadMapping(Parser parser, ConfigNode? parent, Step step, int depth)
    {
        var start = parser.Consume<MappingStart>();
        var mapping = new MappingNode
        {
            File = file,
            Line = (int)start.Start.Line,
            Column = (int)start.Start.Column,
            Parent = parent,
            Step = step,
        };
        RefuseDecoration(start, mapping);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar)
            {
                AddUnreadable(parser.Current!.Start, "is used as a key; a key is a word");
                return null;
            }

            var key = ReadScalar(parser, mapping, default);
            if (ReadNode(parser, mapping, new(key.Text, 0), depth + 1) is not { } value)
                return null;
            if (mapping.Add(key, value) is { } first)
                faults.AddKey(mapping, key, key.Text, $"is given twice, first at {faults.PlaceOf(first)}");
        }

        return mapping;
    }

    private SequenceNode? ReadSequence(Parser parser, ConfigNode? parent, Step step, int depth)
    {
        var start = parser.Consume<SequenceStart>();
        var sequence = new SequenceNode
        {
            File = file,
            Line = (int)start.Start.Line,
            Column = (int)start.Start.Column,
            Parent = parent,
            Step = step,
        };
        RefuseDecoration(start, sequence);
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            if (ReadNode(parser, sequence, new(null, sequence.Items.Count), depth + 1) is not { } item)
                return null;
            sequence.Items.Add(item);
        }

        return sequence;
    }

    private ScalarNode ReadScalar(Parser parser, ConfigNode? parent, Step step)
    {
        var scalar = parser.Consume<Scalar>();
        var kind = scalar.Style == ScalarStyle.Plain ? CoreSchema.KindOf(scalar.Value) : ScalarKind.Text;
        var node = new ScalarNode
        {
            File = file,
            Line = (int)scalar.Start.Line,
            Column = (int)scalar.Start.Column,
            Parent = parent,
            Step = step,
            Text = scalar.Value,
            Kind = kind,
        };
        RefuseDecoration(scalar, node);
        return node;
    }

    private ScalarNode ReadAlias(Parser parser, ConfigNode? parent, Step step)
    {
        var alias = parser.Consume<AnchorAlias>();
        var node = new ScalarNode
        {
            File = file,
            Line = (int)alias.Start.Line,
            Column = (int)alias.Start.Column,
            Parent = parent,
            Step = step,
            Text = "",
            Kind = ScalarKind.Null,
        };
        faults.AddShape(node, "is an alias; aliases are not read: write the value out");
        return node;
    }

    private void RefuseDecoration(NodeEvent node, ConfigNode target)
    {
        if (!node.Anchor.IsEmpty)
            faults.AddShape(target, "has an anchor (&); anchors are not read: remove it");
        else if (!node.Tag.IsEmpty)
            faults.AddShape(target, "has a tag (!); tags are not read: remove it");
    }

    /// <summary>Line and column, from 1, of the first tab that indents a line.</summary>
    private static (int Line, int Column)? FindTab(string text)
    {
        var line = 0;
        foreach (var written in text.AsSpan().EnumerateLines())
        {
            line++;
            var indent = written[..^written.TrimStart(" \t").Length];
            if (indent.Length < written.Length && indent.IndexOf('\t') is var column and >= 0)
                return (line, column + 1);
        }

        return null;
    }

    private void AddUnreadable(Mark mark, string message) => AddUnreadable((int)mark.Line, (int)mark.Column, message);

    private void AddUnreadable(int line, int column, string message) => faults.AddUnreadable(file, line, column, message);

    /// <summary>The parser's sentence without its capital and full stop, so that it can follow the beginning of our message.</summary>
    private static string Sentence(string message) =>
        message.Length == 0 ? message : string.Concat(char.ToLowerInvariant(message[0]).ToString(), message.AsSpan(1).TrimEnd('.'));
}
