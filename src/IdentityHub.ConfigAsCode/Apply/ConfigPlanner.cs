namespace IdentityHub.ConfigAsCode;

/// <summary>Compares files with the database; changes nothing.</summary>
internal static class ConfigPlanner
{
    /// <summary>The differences, in the order in which they would be applied. Deletions are all in it, also those that <see cref="ConfigWork"/> leaves out.</summary>
    public static IReadOnlyList<ConfigChange> Plan(IReadOnlyList<DesiredObject> desired, IReadOnlyList<ConfigRow> current)
    {
        var rows = current.ToDictionary(row => (row.Kind, row.Name));
        var changes = new List<ConfigChange>();
        foreach (var wanted in desired)
        {
            if (!rows.Remove((wanted.Kind, wanted.Name), out var row))
                changes.Add(new(ConfigAction.Create, wanted.Kind, wanted.Name, wanted.Definition.Source));
            else if (!wanted.Digest.AsSpan().SequenceEqual(row.Digest))
                changes.Add(new(ConfigAction.Change, wanted.Kind, wanted.Name, wanted.Definition.Source));
        }

        // What was made through an API is not the files' to delete. What is referred to goes last.
        var order = ConfigKind.All.Select(kind => kind.Name).Reverse().ToList();
        changes.AddRange(rows.Values.Where(row => row.Source is not null)
            .OrderBy(row => order.IndexOf(row.Kind)).ThenBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => new ConfigChange(ConfigAction.Delete, row.Kind, row.Name, row.Source)));
        return changes;
    }
}
