using System.Text.RegularExpressions;

namespace IdentityHub.Guards.Sources;

/// <summary>One part of a project that refers to another.</summary>
/// <param name="Name">The type, or the namespace that is imported.</param>
internal sealed record FolderReference(string File, string From, string To, string Name);

/// <summary>
/// Which parts of a project refer to which, read from the sources: by imported namespaces and by names of types. Compiled code does not
/// show all of it, because the compiler copies constants.
/// </summary>
internal static partial class FolderReferences
{
    /// <summary>References between different parts.</summary>
    /// <param name="project">Folder of the project, such as <c>src/IdentityHub.Storage</c>. Its namespaces begin with the name of the
    /// folder.</param>
    /// <param name="partOf">The part to which a path inside the project belongs; null for none. A folder ends with <c>/</c>, a file with
    /// <c>.cs</c>.</param>
    public static IEnumerable<FolderReference> Of(IReadOnlyList<SourceFile> files, string project, Func<string, string?> partOf)
    {
        var types = TypesOf(files, project, partOf);
        var root = Path.GetFileName(project);
        foreach (var file in files)
        {
            if (partOf(file.Path[(project.Length + 1)..]) is not { } own)
                continue;
            var seen = Namespaces(file, root, partOf).Concat(Types(file, types, own, partOf));
            foreach (var (name, to) in seen.Where(found => found.Part != own).DistinctBy(found => (found.Name, found.Part)))
                yield return new(file.Path, own, to, name);
        }
    }

    private static IEnumerable<(string Name, string Part)> Namespaces(SourceFile file, string root, Func<string, string?> partOf) =>
        from Match match in Using().Matches(file.Code)
        let name = match.Groups[1].Value
        where name.StartsWith(root + ".", StringComparison.Ordinal)
        let part = partOf(name[(root.Length + 1)..].Replace('.', '/') + "/")
        where part is not null
        select (name, part);

    // A member that has the name of a type is none in the file that declares it.
    private static IEnumerable<(string Name, string Part)> Types(
        SourceFile file, Dictionary<string, string> types, string own, Func<string, string?> partOf)
    {
        var members = Member().Matches(file.Code).Select(match => match.Groups[1].Value).ToHashSet();
        var attributes = Attributes().Matches(file.Code).Select(match => match.Groups[1].Value + "Attribute");
        return from word in Chain().Matches(file.Code).SelectMany(match => WordsOf(match.Value, partOf)).Concat(attributes)
               where types.ContainsKey(word) && types[word] != own && !members.Contains(word)
               select (word, types[word]);
    }

    // "Sessions.Session" names a type of a folder; of "row.Session" and "Session.Columns" only the first word may name one.
    private static string[] WordsOf(string chain, Func<string, string?> partOf)
    {
        var words = chain.Split('.');
        return words[0] == "IdentityHub" || partOf(words[0] + "/") is not null ? words : words[..1];
    }

    // Types that no other type encloses, with the part of each; "<" ends the name of a generic one. A name that two parts declare says
    // nothing.
    private static Dictionary<string, string> TypesOf(IReadOnlyList<SourceFile> files, string project, Func<string, string?> partOf) =>
        (from file in files
         let part = partOf(file.Path[(project.Length + 1)..])
         where part is not null
         from Match match in Declaration().Matches(file.Code)
         group part by match.Groups[1].Value into named
         where named.Distinct().Count() == 1
         select (named.Key, Part: named.First())).ToDictionary(type => type.Key, type => type.Part);

    [GeneratedRegex(@"\busing (?:static )?([\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(
        @"^(?:(?:public|internal|sealed|static|abstract|readonly|partial|ref|unsafe) )*(?:class|record "
            + @"struct|record|struct|interface|enum|delegate [\w<>?]+) (\w+<?)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"[\w>\]?)] ([A-Z]\w*)(?:<\w+>)?(?: =[^=]| =>| \{|;|\(|,|\))")]
    private static partial Regex Member();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)*(?!\w)<?")]
    private static partial Regex Chain();

    [GeneratedRegex(@"\[(?:\w+: )?([A-Z]\w*)[(\]]")]
    private static partial Regex Attributes();
}
