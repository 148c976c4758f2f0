namespace IdentityHub.Guards.Sources;

/// <summary>
/// The order of the parts of one project, from the top. A part may refer to those in lower rows only, so that no circle can arise.
/// </summary>
/// <param name="project">Folder of the project.</param>
/// <param name="rows">
/// The parts of each row: folders, and files of the project's own folder, without <c>.cs</c>. Several that are one part are joined by
/// <c>+</c>. A folder includes its subfolders, unless they have an entry of their own.
/// </param>
internal sealed class FolderOrder(string project, params string[][] rows)
{
    private readonly Dictionary<string, (string Part, int Row)> _parts =
        (from row in Enumerable.Range(0, rows.Length)
         from part in rows[row]
         from place in part.Split('+')
         select (Place: place, Part: part, Row: row)).ToDictionary(entry => entry.Place, entry => (entry.Part, entry.Row));

    /// <summary>The project's sources.</summary>
    public IReadOnlyList<SourceFile> Files => Repository.CSharp(project);

    /// <summary>Files that are in no row.</summary>
    public IEnumerable<string> WithoutRow(IReadOnlyList<SourceFile> files) =>
        files.Where(file => PartOf(file.Path[(project.Length + 1)..]) is null).Select(file => $"{file.Path} is in no row");

    /// <summary>Entries that no file belongs to.</summary>
    public IEnumerable<string> WithoutFile(IReadOnlyList<SourceFile> files) =>
        _parts
            .Keys.Except(files.Select(file => PlaceOf(file.Path[(project.Length + 1)..])).OfType<string>())
            .Select(place => $"no file belongs to {place}");

    /// <summary>References to a part that is not below.</summary>
    public IEnumerable<string> Violations(IReadOnlyList<SourceFile> files) =>
        from reference in FolderReferences.Of(files, project, PartOf)
        where RowOf(reference.From) >= RowOf(reference.To)
        select $"{reference.File}: {reference.From} may not see {reference.Name} of {reference.To}";

    private string? PartOf(string path) => PlaceOf(path) is { } place ? _parts[place].Part : null;

    private int RowOf(string part) => _parts[part.Split('+')[0]].Row;

    // The longest entry that the path belongs to.
    private string? PlaceOf(string path)
    {
        var place = path.EndsWith(".cs", StringComparison.Ordinal) ? path[..^3] : path.TrimEnd('/');
        while (!_parts.ContainsKey(place))
        {
            if (place.LastIndexOf('/') is var end && end < 0)
                return null;
            place = place[..end];
        }

        return place;
    }
}
