namespace IdentityHub.ConfigAsCode;

/// <summary>What one file says.</summary>
internal sealed record ConfigPart(ConfigDocument Document, MappingNode Root)
{
    /// <summary>All files as one: lists are joined; a dialect that two files name is a fault.</summary>
    public static ConfigDocument Join(IReadOnlyList<ConfigPart> parts, FaultCollector faults) => new()
    {
        Clients = [.. parts.SelectMany(part => part.Document.Clients)],
        Scopes = [.. parts.SelectMany(part => part.Document.Scopes)],
        Claims = [.. parts.SelectMany(part => part.Document.Claims)],
        UserAttributes = [.. parts.SelectMany(part => part.Document.UserAttributes)],
        ApiResources = [.. parts.SelectMany(part => part.Document.ApiResources)],
        Organizations = [.. parts.SelectMany(part => part.Document.Organizations)],
        Roles = [.. parts.SelectMany(part => part.Document.Roles)],
        Users = [.. parts.SelectMany(part => part.Document.Users)],
        ApiKeys = [.. parts.SelectMany(part => part.Document.ApiKeys)],
        Tenants = [.. parts.SelectMany(part => part.Document.Tenants)],
        Dialects = JoinDialects(parts, faults),
    };

    private static DialectsDefinition JoinDialects(IReadOnlyList<ConfigPart> parts, FaultCollector faults)
    {
        var first = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        var joined = new DialectsDefinition();
        foreach (var (document, root) in parts)
        {
            if (root["dialects"] is not MappingNode section)
                continue;
            foreach (var (key, _) in section.Entries)
            {
                if (!first.TryAdd(key.Text, key) && first[key.Text].File != key.File)
                    faults.AddKey(section, key, key.Text, $"is set twice, first at {faults.PlaceOf(first[key.Text])}");
            }

            joined = joined.With(document.Dialects);
        }

        return joined;
    }
}
