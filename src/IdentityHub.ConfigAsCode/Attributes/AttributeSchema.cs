using System.Collections.Frozen;

namespace IdentityHub.ConfigAsCode;

/// <summary>The attributes that a configuration defines for users. Made once for a configuration.</summary>
public sealed class AttributeSchema(IReadOnlyList<UserAttributeDefinition> definitions)
{
    private readonly FrozenDictionary<string, UserAttributeDefinition> _byName =
        definitions.ToFrozenDictionary(definition => definition.Name, StringComparer.Ordinal);

    /// <summary>All of them; those of the applied configuration by their names.</summary>
    public IReadOnlyList<UserAttributeDefinition> All => definitions;

    /// <summary>The definition of an attribute; null where there is none.</summary>
    public UserAttributeDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The attributes that somebody may read, with their values; those without a definition are left out.</summary>
    /// <param name="attributes">Values by name, as they are stored.</param>
    /// <param name="party">Who reads them; null for an administrator, who reads all.</param>
    /// <returns>A text, a number, a truth value, a list of texts, or a JSON array.</returns>
    public IReadOnlyList<KeyValuePair<string, object>> Of(
        IReadOnlyDictionary<string, IReadOnlyList<string>> attributes, AttributeParty? party)
    {
        var values = new List<KeyValuePair<string, object>>();
        foreach (var definition in definitions)
        {
            if ((party is not { } reader || definition.ReadableBy.Contains(reader))
                && attributes.TryGetValue(definition.Name, out var stored)
                && AttributeValues.ToJson(definition, stored) is { } value)
                values.Add(new(definition.Name, value));
        }

        return values;
    }
}
