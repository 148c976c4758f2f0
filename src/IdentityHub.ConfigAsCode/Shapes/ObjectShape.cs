using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>A mapping with known keys: the properties of one record.</summary>
internal sealed class ObjectShape : ValueShape
{
    private static readonly ConcurrentDictionary<Type, ObjectShape> s_shapes = new();
    private static readonly PropertyInfo s_source = typeof(ConfigDefinition).GetProperty(nameof(ConfigDefinition.Source))!;
    private readonly Type _type;
    private readonly IReadOnlyList<KeyShape> _keys;
    private readonly FrozenDictionary<string, KeyShape> _byName;
    private readonly RefusedKeysAttribute? _refused;

    private ObjectShape(Type type)
    {
        _type = type;
        _refused = type.GetCustomAttribute<RefusedKeysAttribute>();
        var defaults = New();
        _keys = [.. type.GetProperties().Where(IsKey).Select(property => new KeyShape(property, property.GetValue(defaults)))];
        _byName = _keys.ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);
    }

    public override string Noun => "a mapping";

    /// <summary>The keys in the order of the record's properties.</summary>
    public IReadOnlyList<KeyShape> Keys => _keys;

    public static ObjectShape Of(Type type) => s_shapes.GetOrAdd(type, static type => new ObjectShape(type));

    /// <summary>The object with every key that could be read, also when others were refused; null when it is no mapping.</summary>
    public override object? Read(ConfigNode node, ReadContext context)
    {
        if (node.IsFaulty)
            return null;
        if (node is not MappingNode mapping)
            return context.Refuse(node, $"is {node.Noun}; a mapping is needed");

        var instance = New();
        if (instance is ConfigDefinition)
        {
            // An object that was sent rather than written in a file has no line.
            s_source.SetValue(instance, node.Line == 0 ? null : new ConfigSource(node.File, node.Line));
            context.Origins.Add(instance, mapping);
        }

        foreach (var (key, value) in mapping.Entries)
        {
            if (_byName.TryGetValue(key.Text, out var shape))
                shape.Read(instance, value, context);
            else
                RefuseKey(mapping, key, context);
        }

        foreach (var key in _keys)
        {
            if (key.IsRequired && mapping[key.Name] is null && !mapping.IsMisspelt(key.Name))
                context.Faults.AddKey(mapping, null, key.Name, $"is missing; {key.Value.Noun} is needed");
        }

        return instance;
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) => definitions.Reference(_type.Name, () => Describe(definitions));

    /// <summary>The schema itself, for the root and the definitions.</summary>
    public JsonObject Describe(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (_type.GetCustomAttribute<DescriptionAttribute>() is { } description)
            schema["description"] = description.Description;
        schema["additionalProperties"] = false;
        if (_keys.Any(key => key.IsRequired))
            schema["required"] = new JsonArray([.. _keys.Where(key => key.IsRequired).Select(key => JsonValue.Create(key.Name))]);
        schema["properties"] = new JsonObject(_keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)key.ToSchema(definitions))));
        return schema;
    }

    /// <summary>An empty object with its defaults; what is required stays unset until it is read.</summary>
    private object New() => Activator.CreateInstance(_type)!;

    private static bool IsKey(PropertyInfo property) => property.CanWrite && !property.IsDefined(typeof(JsonIgnoreAttribute));

    private void RefuseKey(MappingNode mapping, ScalarNode key, ReadContext context)
    {
        if (_refused?.Keys.Contains(key.Text) == true)
        {
            context.Faults.AddKey(mapping, key, key.Text, $"is not allowed here: {_refused.Reason}");
            return;
        }

        if (Suggestion.For(key.Text, _byName.Keys) is { } meant)
            mapping.AddMisspelt(meant);
        var hint = key.Text == "<<"
            ? "; merge keys are not read: write the values out"
            : Suggestion.Hint(key.Text, [.. _keys.Select(known => known.Name)]);
        context.Faults.AddKey(mapping, key, key.Text, $"unknown key{hint}");
    }
}
