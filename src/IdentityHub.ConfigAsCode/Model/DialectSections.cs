using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// The sections of <see cref="DialectsDefinition"/>, found by its properties: each older API is listed there and nowhere else.
/// </summary>
internal static class DialectSections
{
    private static readonly FrozenDictionary<string, Section> s_all = typeof(DialectsDefinition)
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .ToFrozenDictionary(
            property => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name, property => new Section(property),
            StringComparer.Ordinal);

    /// <summary>The section of that name; null where there is none.</summary>
    public static DialectDefinition? Find(DialectsDefinition dialects, string name) =>
        s_all.TryGetValue(name, out var section) ? section.Get(dialects) : null;

    /// <summary>The type of the section of that name; null where there is none.</summary>
    public static Type? TypeOf(string name) => s_all.TryGetValue(name, out var section) ? section.Property.PropertyType : null;

    /// <summary>Makes all sections.</summary>
    /// <param name="read">Makes one, of its name and type; null for none.</param>
    public static DialectsDefinition Read(Func<string, Type, DialectDefinition?> read)
    {
        var dialects = new DialectsDefinition();
        foreach (var (name, section) in s_all)
            section.Property.SetValue(dialects, read(name, section.Property.PropertyType));
        return dialects;
    }

    private sealed class Section(PropertyInfo property)
    {
        public PropertyInfo Property => property;

        // Requests to older APIs ask for it: a delegate costs them no reflection.
        public Func<DialectsDefinition, DialectDefinition?> Get { get; } =
            property.GetMethod!.CreateDelegate<Func<DialectsDefinition, DialectDefinition?>>();
    }
}
