using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using IdentityHub.ConfigAsCode;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Settings;

/// <summary>
/// Reads the settings of the server into <see cref="HubSettings"/>, and refuses keys that do not exist and values of another type.
/// </summary>
internal static class SettingsReader
{
    /// <exception cref="OptionsValidationException">Names every key that is unknown or whose value cannot be read, and what would be
    /// right.</exception>
    public static void Read(IConfigurationSection section, HubSettings settings)
    {
        var faults = Faults(section, typeof(HubSettings)).ToList();
        if (faults.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(HubSettings), faults);
        section.Bind(settings);
    }

    private static IEnumerable<string> Faults(IConfigurationSection section, Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).ToList();
        foreach (var child in section.GetChildren())
        {
            if (properties.Find(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                yield return $"{child.Path} is not a setting{Suggestion.Hint(child.Key, [.. properties.Select(known => known.Name)])}.";
                continue;
            }

            var valueType = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (IsGroup(valueType))
            {
                if (child.Value is { Length: > 0 })
                    yield return $"{child.Path} is a group of settings and has no value of its own; known here: "
                        + $"{string.Join(", ", valueType.GetProperties().Select(known => known.Name))}.";
                foreach (var fault in Faults(child, valueType))
                    yield return fault;
            }
            else if (child.GetChildren().FirstOrDefault() is { } below)
            {
                yield return $"{below.Path} is not a setting: {child.Path} has a value.";
            }
            else if (child.Value is { } value && valueType != typeof(string) && !CanRead(value, valueType))
            {
                yield return $"{child.Path} is '{value}': it must be {Right(valueType)}.";
            }
        }
    }

    private static bool IsGroup(Type type) => type.Namespace == typeof(HubSettings).Namespace && type.IsClass;

    // As the binder reads it.
    private static bool CanRead(string value, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, value) is not null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Right(Type type) =>
        type == typeof(TimeSpan) ? "a time as hours:minutes:seconds (02:00:00), or with days before it (14.00:00:00)"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) ? "a whole number"
        : $"a value of the type {type.Name}";
}
