using System.Collections;
using System.Collections.Frozen;
using System.Reflection;
using System.Resources;
using System.Runtime.CompilerServices;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>
/// The texts of the control room, which are English and German: users with another language see English. They stand next to those of all
/// pages, so that a page of the control room names both by one key.
/// </summary>
internal static class ControlRoomTexts
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "cr.";

    // The second one has the texts of the areas of the installation's objects.
    private static readonly string[] s_files = ["ControlRoom", "ControlRoomInstallation"];

    private static readonly ConditionalWeakTable<Texts, Texts> s_known = [];

    /// <summary>Texts by key, by language.</summary>
    public static FrozenDictionary<string, FrozenDictionary<string, string>> ByLanguage { get; } =
        new[] { "de", "en" }.ToFrozenDictionary(language => language, Read, StringComparer.Ordinal);

    /// <summary>Puts the texts of the control room into force for the rest of the request.</summary>
    public static void Use(HttpContext http)
    {
        var asked = http.Texts();
        var theme = http.RequestServices.GetRequiredService<ThemeFolder>().Current;
        var shared = ByLanguage.ContainsKey(asked.Language) ? asked : theme.Texts[BuiltInTexts.Default];
        http.Features.Set(s_known.GetValue(shared, static all => all.With(ByLanguage[all.Language])));
    }

    private static FrozenDictionary<string, string> Read(string language)
    {
        return s_files.SelectMany(file => ReadFile($"{file}.{language}.resources"))
            .ToFrozenDictionary(text => text.Key, text => text.Value, StringComparer.Ordinal);
    }

    private static List<KeyValuePair<string, string>> ReadFile(string name)
    {
        using var reader = new ResourceReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return [.. reader.Cast<DictionaryEntry>().Select(text => KeyValuePair.Create((string)text.Key, (string)text.Value!))];
    }
}
