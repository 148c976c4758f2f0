using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>The applied configuration with one object in another state, as the rules look at it.</summary>
internal sealed class WholeConfig(ConfigObjectWriter writer, IReadOnlyList<ConfigRow> rows)
{
    /// <summary>What the rules say of everything, with one object changed. The faults of the others name them by their file.</summary>
    /// <param name="changed">The object in its new state, and the body that says it; null for one that is deleted.</param>
    public IReadOnlyList<ConfigFault> FaultsWith(
        ConfigKind kind, string name, (ConfigDefinition Definition, MappingNode Body)? changed, ReadContext reading)
    {
        var objects = new List<(string Kind, string Name, ConfigDefinition Definition)>();
        foreach (var row in rows.Where(row => row.Kind != kind.Name || row.Name != name))
            Add(row, objects, reading);
        if (changed is { } one)
            objects.Add((kind.Name, name, one.Definition));
        return Check(objects, reading);
    }

    /// <summary>What the rules say of everything as it is.</summary>
    public IReadOnlyList<ConfigFault> Faults(ReadContext reading)
    {
        var objects = new List<(string Kind, string Name, ConfigDefinition Definition)>();
        foreach (var row in rows)
            Add(row, objects, reading);
        return Check(objects, reading);
    }

    private void Add(ConfigRow row, List<(string Kind, string Name, ConfigDefinition Definition)> objects, ReadContext reading)
    {
        if (writer.DefinitionOf(row) is not { } definition)
            return;
        objects.Add((row.Kind, row.Name, definition));
        var file = $"{row.Kind}/{row.Name}";

        // The rules of claims ask which keys are there. The others ask the definition, and need a place to report at.
        if (row.Kind != ConfigKind.Claims)
        {
            reading.Origins.Add(definition, new MappingNode { File = file, Line = 0, Column = 0 });
            return;
        }

        using var document = JsonDocument.Parse(row.Document);
        reading.Origins.Add(definition, (MappingNode)JsonBody.Read(document.RootElement, file, reading.Faults));
    }

    private static IReadOnlyList<ConfigFault> Check(
        List<(string Kind, string Name, ConfigDefinition Definition)> objects, ReadContext reading)
    {
        ConfigRules.Check(new RuleContext(Join(objects), [], reading) { MayHaveUnnamedClaims = true });
        return reading.Faults.Sorted();
    }

    private static ConfigDocument Join(List<(string Kind, string Name, ConfigDefinition Definition)> objects)
    {
        var sections = objects.ToLookup(one => one.Kind, StringComparer.Ordinal);
        var dialects = sections[ConfigKind.Dialects].ToDictionary(one => one.Name, one => (DialectDefinition)one.Definition);
        return new()
        {
            Clients = Of<ClientDefinition>(ConfigKind.Clients),
            Scopes = Of<ScopeDefinition>(ConfigKind.Scopes),
            Claims = Of<ClaimDefinition>(ConfigKind.Claims),
            UserAttributes = Of<UserAttributeDefinition>(ConfigKind.UserAttributes),
            ApiResources = Of<ApiResourceDefinition>(ConfigKind.ApiResources),
            Organizations = Of<OrganizationDefinition>(ConfigKind.Organizations),
            Roles = Of<RoleDefinition>(ConfigKind.Roles),
            Users = Of<UserDefinition>(ConfigKind.Users),
            ApiKeys = Of<ApiKeyDefinition>(ConfigKind.ApiKeys),
            Tenants = Of<TenantDefinition>(ConfigKind.Tenants),
            Dialects = DialectSections.Read((name, _) => dialects.GetValueOrDefault(name)),
        };

        T[] Of<T>(string kind)
            where T : ConfigDefinition => [.. sections[kind].Select(one => (T)one.Definition)];
    }
}
