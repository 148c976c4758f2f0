using System.Collections;
using System.Collections.Frozen;
using System.Reflection;
using System.Resources;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The texts that come with the server, one resource file a language: <c>Texts.de.resx</c>. They lie in the program itself rather than in
/// satellite assemblies, which a publish may leave behind. Another language is another file.
/// </summary>
internal static class BuiltInTexts
{
    /// <summary>Where a browser asks for none that is here.</summary>
    public const string Default = "en";

    private const string Prefix = "Texts.";
    private const string Suffix = ".resources";

    /// <summary>Texts by key, by language.</summary>
    public static FrozenDictionary<string, FrozenDictionary<string, string>> ByLanguage { get; } =
        Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..^Suffix.Length], Read, StringComparer.OrdinalIgnoreCase);

    private static FrozenDictionary<string, string> Read(string resource)
    {
        using var reader = new ResourceReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader
            .Cast<DictionaryEntry>()
            .ToFrozenDictionary(text => (string)text.Key, text => (string)text.Value!, StringComparer.Ordinal);
    }
}
