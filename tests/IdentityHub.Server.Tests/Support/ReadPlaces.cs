using System.Reflection;
using System.Text.RegularExpressions;
using IdentityHub.Storage;

namespace IdentityHub.Server.Tests.Support;

/// <summary>A place in the sources that reads columns by their names.</summary>
/// <param name="Statement">Its text.</param>
/// <param name="Names">All that the reader asks for.</param>
internal sealed record ReadPlace(string File, string Statement, IReadOnlySet<string> Names);

/// <summary>
/// Finds the places that read rows: <c>Call(XSql)….FirstOrNullAsync(row => …)</c>, with the readers that they call in turn.
/// </summary>
internal sealed partial class ReadPlaces
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private readonly Dictionary<string, string> _texts;
    private readonly HubDatabase _database;
    private readonly Type[] _types;

    private ReadPlaces(string folder, HubDatabase database, Assembly[] assemblies)
    {
        _texts = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Skipped().IsMatch(file)).ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText);
        (_database, _types) = (database, [.. assemblies.SelectMany(assembly => assembly.GetTypes())]);
    }

    /// <summary>Those of more than one column.</summary>
    public static List<ReadPlace> In(string folder, HubDatabase database, params Assembly[] assemblies) =>
        [.. new ReadPlaces(folder, database, assemblies).Find()];

    private IEnumerable<ReadPlace> Find()
    {
        foreach (var (file, text) in _texts)
        {
            foreach (Match read in Reading().Matches(text))
            {
                var reader = ArgumentAt(text, read.Index + read.Length);
                var names = NamesOf(file, reader);
                if (names.Count == 0)
                    continue;
                foreach (var statement in StatementsBefore(file, text[..read.Index]))
                    yield return new ReadPlace(file, statement, names);
            }
        }
    }

    // The nearest call before it makes the statement: one of those that its argument names, which may be lists.
    private IEnumerable<string> StatementsBefore(string file, string text)
    {
        if (Calling().Matches(text) is not [.., var call])
            throw new InvalidOperationException($"{file}: a reader stands before the first call of a statement.");
        var names = StatementName().Matches(ArgumentAt(text, call.Index + call.Length)).Select(static match => match.Value).ToList();
        return names.Count == 0
            ? throw new InvalidOperationException($"{file}: the call before a reader names no statement.")
            : names.SelectMany(name => ValueOf(file, name) is string one ? [one] : (string[])ValueOf(file, name));
    }

    private object ValueOf(string file, string field)
    {
        var declared = TypesIn(file)
            .Select(type => (Type: type, Field: type.GetField(field, Any)))
            .FirstOrDefault(found => found.Field is not null);
        return declared switch
        {
            { Field: null } => throw new InvalidOperationException(
                $"{file}: the statement '{field}' of a reader was not found. It must be a field of the same file."),
            { Field.IsStatic: true } => declared.Field.GetValue(null)!,
            _ => declared.Field.GetValue(Activator.CreateInstance(declared.Type, _database))!,
        };
    }

    private HashSet<string> NamesOf(string file, string reader)
    {
        var names = ColumnRead().Matches(reader).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var group = MethodGroup().Match(reader);
        foreach (var called in group.Success ? [group] : ReaderCalled().Matches(reader).AsEnumerable())
            names.UnionWith(NamesOf(file, called.Groups["type"].Value, called.Groups["method"].Value));
        return names;
    }

    private HashSet<string> NamesOf(string file, string type, string method)
    {
        // An object that makes the list of columns and reads them: its names are its fields.
        var columns = TypesIn(file)
            .Select(owner => type.Length == 0 ? null : owner.GetField(type, Any))
            .FirstOrDefault(field => field is { IsStatic: true });
        if (columns?.GetValue(null) is { } made)
            return [.. made.GetType().GetFields(Any).Where(field => field.Name[0] == '_').Select(field => (string)field.GetValue(made)!)];

        var owner =
            type.Length == 0 ? file : _texts.Keys.Single(other => Regex.IsMatch(_texts[other], $@"\b(?:class|record|struct) {type}\b"));
        var bodies = Regex.Matches(_texts[owner], $@"\b{method}\(\s*(?:Storage\.)?(?:Sql\.)?Row row[\s\S]*?(?=\n\n|\n\}}|\z)");
        return bodies.Count > 0
            ? [.. bodies.SelectMany(body => NamesOf(owner, body.Value[method.Length..]))]
            : throw new InvalidOperationException($"{file}: the reader {type}.{method} was not found.");
    }

    private IEnumerable<Type> TypesIn(string file)
    {
        var space = Namespace().Match(_texts[file]).Groups[1].Value;
        var names = Declared().Matches(_texts[file]).Select(match => match.Groups[1].Value).ToList();
        return _types.Where(type => type.Namespace == space && names.Contains(type.Name));
    }

    // Up to the comma or bracket that ends the first argument.
    private static string ArgumentAt(string text, int start)
    {
        var depth = 0;
        for (var end = start; end < text.Length; end++)
        {
            if (text[end] is '(' or '[' or '{')
                depth++;
            else if (depth == 0 && text[end] is (',' or ')'))
                return text[start..end].Trim();
            else if (text[end] is ')' or ']' or '}')
                depth--;
        }

        return "";
    }

    [GeneratedRegex(@"[\\/](?:obj|bin|Migrations)[\\/]")]
    private static partial Regex Skipped();

    [GeneratedRegex(@"\.(?:FirstOrNullAsync|ListAsync)\(")]
    private static partial Regex Reading();

    [GeneratedRegex(@"\b[Cc]all\(")]
    private static partial Regex Calling();

    // What is added to a statement is a part of it.
    [GeneratedRegex(@"(?<![.\w]|\+\s*)\w+Sql\b")]
    private static partial Regex StatementName();

    [GeneratedRegex("""\brow\.\w+\("(\w+)"\)""")]
    private static partial Regex ColumnRead();

    [GeneratedRegex(@"^(?:(?<type>[A-Z]\w*)\.)?(?<method>Read\w*)$")]
    private static partial Regex MethodGroup();

    [GeneratedRegex(@"(?<![.\w])(?:(?<type>[A-Z]\w*)\.)?(?<method>Read\w*)\(\s*row\b(?! *\.)")]
    private static partial Regex ReaderCalled();

    [GeneratedRegex(@"\bnamespace ([\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(?:class|record|struct) (\w+)")]
    private static partial Regex Declared();
}
