using System.Collections.Frozen;
using IdentityHub.Protocol;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Messaging.Templates;

/// <summary>
/// Every template in every language: what the folder <c>templates</c> of the configuration holds, and what comes with the server where that
/// has none. <c>otp-email.de.txt</c> is a text, <c>otp-email.de.html</c> its HTML form; <c>password-reset-welcome.de.txt</c> is another
/// template of that kind, by the name <c>welcome</c>. Read once, when the server starts.
/// </summary>
internal sealed class TemplateFolder
{
    /// <summary>Used when the recipient's language is unknown, or has no template.</summary>
    public const string DefaultLanguage = "en";

    private const string Folder = "templates", Text = ".txt", Html = ".html";
    private const int MaxFileBytes = 256 * 1024;
    private readonly FrozenDictionary<TemplateKey, MessageTemplate> _templates;

    /// <exception cref="InvalidDataException">A file is not right; every fault with file and line, one a line.</exception>
    public TemplateFolder(IOptions<HubSettings> settings)
        : this(Path.Combine(settings.Value.ConfigDirectory, Folder))
    {
    }

    /// <inheritdoc cref="TemplateFolder(IOptions{HubSettings})"/>
    public TemplateFolder(string directory)
    {
        var faults = new List<string>();
        var templates = ReadAll(BuiltInTemplates.Files, faults);
        foreach (var (key, template) in ReadAll(Files(directory, faults), faults))
            templates[key] = template;
        if (faults.Count > 0)
            throw new InvalidDataException(string.Join('\n', faults));
        _templates = templates.ToFrozenDictionary();
    }

    /// <summary>The template in the language, or in the nearest that there is. RFC 4647 §3.4.</summary>
    /// <param name="languages">BCP 47 tags in the order of preference; null counts as none.</param>
    public MessageTemplate Find(TemplateKind kind, params IEnumerable<string?> languages) =>
        FindOwn(kind, "", languages) ?? _templates[new(kind, "", DefaultLanguage)];

    /// <summary>The same of the template with this name, where there is one; else the kind's own.</summary>
    /// <param name="variant">In any case; null for the kind's own.</param>
    public MessageTemplate Find(TemplateKind kind, string? variant, IReadOnlyList<string?> languages) =>
        (variant is null ? null : FindOwn(kind, variant.ToLowerInvariant(), [.. languages, DefaultLanguage])) ?? Find(kind, languages);

    private MessageTemplate? FindOwn(TemplateKind kind, string variant, IEnumerable<string?> languages)
    {
        foreach (var language in languages)
        {
            foreach (var range in LanguageTags.RangesOf(language))
            {
                if (_templates.TryGetValue(new(kind, variant, range.ToLowerInvariant()), out var template))
                    return template;
            }
        }

        return null;
    }

    private static Dictionary<TemplateKey, MessageTemplate> ReadAll(IReadOnlyDictionary<string, string> files, List<string> faults)
    {
        var reader = new TemplateReader(faults);
        var templates = new Dictionary<TemplateKey, MessageTemplate>();
        foreach (var (name, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (Named(name) is not { } named)
            {
                faults.Add(
                    $"{name}:1: No template is named like this: "
                        + $"{string.Join(", ", TemplateKind.All.Select(kind => $"{kind.Name}.en{Text}"))} are.");
                continue;
            }

            var stem = name[..name.LastIndexOf('.')];
            if (name.EndsWith(Text, StringComparison.Ordinal))
                templates[named] = reader.Read(
                    named.Kind, name, text, stem + Html, named.Kind.IsMail ? files.GetValueOrDefault(stem + Html) : null);
            else if (!named.Kind.IsMail)
                faults.Add($"{name}:1: A text message has no HTML form.");
            else if (!files.ContainsKey(stem + Text))
                faults.Add($"{name}:1: There is no {Path.GetFileName(stem)}{Text} with the same name: every mail needs a text part.");
        }

        return templates;
    }

    private static TemplateKey? Named(string path)
    {
        if (Path.GetFileName(path).Split('.') is not [var name, { Length: > 0 } language, _])
            return null;
        foreach (var kind in TemplateKind.All)
        {
            if (kind.Name == name)
                return new TemplateKey(kind, "", language.ToLowerInvariant());
            if (kind.HasVariants && name.Length > kind.Name.Length + 1 && name.StartsWith(kind.Name + "-", StringComparison.Ordinal))
                return new TemplateKey(kind, name[(kind.Name.Length + 1)..].ToLowerInvariant(), language.ToLowerInvariant());
        }

        return null;
    }

    // Named as the faults name them: with the folder, as it is set.
    private static Dictionary<string, string> Files(string directory, List<string> faults)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(directory))
            return files;
        foreach (var path in Directory.EnumerateFiles(directory).Where(path => Path.GetExtension(path) is Text or Html))
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                faults.Add($"{path}:1: It is longer than {MaxFileBytes} bytes.");
            else
                files[path] = File.ReadAllText(path);
        }

        return files;
    }

    /// <param name="Variant">Empty for the kind's own.</param>
    private readonly record struct TemplateKey(TemplateKind Kind, string Variant, string Language);
}
