using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// What the rules say of the applied configuration in one state. A fault names its object by the file, such as <c>clients/web</c>.
/// </summary>
internal sealed class WholeConfig(ReadContext reading)
{
    private readonly List<(string Kind, string Name, ConfigDefinition Definition)> _objects = [];

    /// <summary>Adds objects as they are stored; those of another version are left out.</summary>
    public WholeConfig With(IEnumerable<ConfigRow> rows, ConfigObjectWriter writer)
    {
        foreach (var row in rows)
        {
            if (writer.DefinitionOf(row) is { } definition)
                Add(row.Kind, row.Name, definition, row.Document);
        }

        return this;
    }

    /// <summary>Adds objects as they are to be.</summary>
    public WholeConfig With(IEnumerable<DesiredObject> desired)
    {
        foreach (var one in desired)
            Add(one.Kind, one.Name, one.Definition, one.Fingerprint);
        return this;
    }

    /// <summary>Adds an object that was read from a body: its faults are found there.</summary>
    public WholeConfig With(string kind, string name, ConfigDefinition definition)
    {
        _objects.Add((kind, name, definition));
        return this;
    }

    /// <summary>All faults, with those of the bodies that were read before.</summary>
    public IReadOnlyList<ConfigFault> Check()
    {
        ConfigRules.Check(new RuleContext(Join(), [], reading) { MayHaveUnnamedClaims = true });
        return reading.Faults.Sorted();
    }

    /// <summary>
    /// The faults that a plan would bring, a sentence each. Those that are there anyway, such as a secret that has expired since, are left
    /// out.
    /// </summary>
    public static List<string> FaultsOf(ConfigPlan plan, IReadOnlyList<ConfigRow> rows, ConfigObjectWriter writer, TimeProvider time)
    {
        var gone = plan.Deletes.Select(change => (change.Kind, change.Name))
            .Concat(plan.Writes.Select(written => (written.Kind, written.Name)))
            .ToHashSet();
        var after = New().With(rows.Where(row => !gone.Contains((row.Kind, row.Name))), writer).With(plan.Writes).Check();
        if (after.Count == 0)
            return [];
        var before = New().With(rows, writer).Check().Select(fault => fault.ToString());
        return [.. after.Select(fault => fault.ToString()).Except(before, StringComparer.Ordinal)];

        WholeConfig New() => new(new ReadContext("", new ConfigContext(plan.Stage, _ => null, time), new FaultCollector("")));
    }

    private void Add(string kind, string name, ConfigDefinition definition, string document)
    {
        var file = $"{kind}/{name}";
        _objects.Add((kind, name, definition));

        // The rules of claims ask which keys are there. The others ask the definition, and need a place to report at.
        if (kind != ConfigKind.Claims)
        {
            reading.Origins.Add(definition, new MappingNode { File = file, Line = 0, Column = 0 });
            return;
        }

        using var json = JsonDocument.Parse(document);
        reading.Origins.Add(definition, (MappingNode)JsonBody.Read(json.RootElement, file, reading.Faults));
    }

    private ConfigDocument Join()
    {
        var sections = _objects.ToLookup(one => one.Kind, StringComparer.Ordinal);
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
