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
    private readonly SortedDictionary<string, TemplateFile> _files = new(StringComparer.Ordinal);

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
        var own = Files(directory, faults);
        foreach (var (key, template) in ReadAll(own, faults))
            templates[key] = template;
        if (faults.Count > 0)
            throw new InvalidDataException(string.Join('\n', faults));
        _templates = templates.ToFrozenDictionary();
        Remember(BuiltInTemplates.Files, isBuiltIn: true);
        Remember(own, isBuiltIn: false);
    }

    /// <summary>Every template in the order of its id.</summary>
    public IReadOnlyCollection<TemplateFile> All => _files.Values;

    /// <summary>The template with this id (<see cref="TemplateFile.Id"/>); null where there is none.</summary>
    public TemplateFile? Find(string id) => _files.GetValueOrDefault(id);

    /// <summary>
    /// The template that would be read of these texts under an id, which need not be there yet; null for an id that no template can have.
    /// </summary>
    /// <param name="html">Null for none.</param>
    /// <param name="faults">Gets each fault as <c>text:LINE: sentence</c> or <c>html:LINE: sentence</c>.</param>
    public static MessageTemplate? TryRead(string id, string text, string? html, List<string> faults)
    {
        if (Named(id + Text) is not { } named)
            return null;
        if (html is not null && !named.Kind.IsMail)
            faults.Add("html:1: A text message has no HTML form.");
        return new TemplateReader(faults).Read(named.Kind, "text", text, "html", named.Kind.IsMail ? html : null);
    }

    // A file of the folder stands for the built-in one with its HTML form: one without HTML has none.
    private void Remember(IReadOnlyDictionary<string, string> files, bool isBuiltIn)
    {
        foreach (var (path, text) in files.Where(file => file.Key.EndsWith(Text, StringComparison.Ordinal)))
        {
            var named = Named(path)!.Value;
            var file = $"{Folder}/{Path.GetFileName(path)}";
            var variant = named.Variant.Length == 0 ? "" : $"-{named.Variant}";
            var id = $"{named.Kind.Name}{variant}.{named.Language}";
            _files[id] = new TemplateFile(
                id, named.Kind, named.Variant.Length == 0 ? null : named.Variant, named.Language,
                isBuiltIn ? null : file, text, files.GetValueOrDefault(path[..^Text.Length] + Html));
        }
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
