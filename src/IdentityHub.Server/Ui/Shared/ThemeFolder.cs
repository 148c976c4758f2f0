using System.Collections.Frozen;
using System.Text;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The theme in force: what the folder of the setting <c>IdentityHub:Theme:Directory</c> puts in place of the built-in look. A request
/// looks whether a file has changed, once a second at most: what reports changes of files does not do so on every kind of volume.
/// </summary>
internal sealed class ThemeFolder(IOptions<HubSettings> settings, TimeProvider time, ILogger<ThemeFolder> log)
{
    private const int MaxFileBytes = 512 * 1024;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private const int MostUnknownFiles = 20;
    private const string Drawing = "image/svg+xml";
    private const string Bitmap = "image/png";
    private static readonly string[] FileNames =
    [
        "theme.css",
        "logo.svg",
        "logo.png",
        "favicon.svg",
        "favicon.png",
        .. BuiltInTexts.ByLanguage.Keys.Order(StringComparer.Ordinal).Select(TextsOf)
    ];

    // What says that a style sheet has thought of dark mode.
    private static readonly string[] DarkMarks = ["light-dark(", "prefers-color-scheme", "color-scheme"];

    private readonly Lock _reading = new();
    private volatile PageTheme _current = PageTheme.BuiltIn;
    private (string Name, DateTime Written, long Length)[] _seen = [];
    private long _lookAgainAt = long.MinValue;

    private string Directory => settings.Value.Theme.Directory;

    /// <summary>Read it once for one page: two reads may see two themes.</summary>
    public PageTheme Current
    {
        get
        {
            if (Directory.Length > 0 && time.GetTimestamp() >= Volatile.Read(ref _lookAgainAt))
                LookAgain();
            return _current;
        }
    }

    private void LookAgain()
    {
        // The first look is waited for; later ones are one request's business while the others go on with what there is.
        if (_lookAgainAt == long.MinValue)
            _reading.Enter();
        else if (!_reading.TryEnter())
            return;
        try
        {
            if (time.GetTimestamp() < _lookAgainAt)
                return;
            var files = Look();
            if (_lookAgainAt == long.MinValue || !files.SequenceEqual(_seen))
            {
                _current = Read();
                _seen = files;
                Log.ThemeRead(log, Directory, string.Join(", ", BuiltInTexts.ByLanguage.Keys.Order(StringComparer.Ordinal)));
            }
        }
        catch (IOException)
        {
            // A file went while it was looked at: the next look sees what is there by then.
        }
        finally
        {
            Volatile.Write(ref _lookAgainAt, time.GetTimestamp() + (long)(LookInterval.TotalSeconds * time.TimestampFrequency));
            _reading.Exit();
        }
    }

    private (string Name, DateTime Written, long Length)[] Look() =>
        [
            .. FileNames
                .Select(name => new FileInfo(Path.Combine(Directory, name)))
                .Where(file => file.Exists)
                .Select(file => (file.Name, Target(file).LastWriteTimeUtc, Target(file).Length)),
            .. Unknown().Select(name => (name, default(DateTime), 0L))];

    // Files in the folder that are no part of a theme. A readme is allowed.
    private IEnumerable<string> Unknown() =>
        new DirectoryInfo(Directory).EnumerateFiles().Select(file => file.Name)
            .Where(name =>
                !FileNames.Contains(name, StringComparer.Ordinal) && !name.StartsWith('.') && Path.GetExtension(name) is not ("" or ".md"))
            .Take(MostUnknownFiles).Order(StringComparer.Ordinal);

    // The time of a link is not that of what it points at.
    private static FileInfo Target(FileInfo file)
    {
        try
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo is { Exists: true } target ? target : file;
        }
        catch (IOException)
        {
            return file;
        }
    }

    private PageTheme Read()
    {
        var files = new ThemeFiles(Directory, (name, fault) => Log.ThemeFileRefused(log, name, fault));
        foreach (var name in Unknown())
            Log.ThemeFileRefused(log, name, $"It is none of {string.Join(", ", FileNames)}.");
        var logo = ReadPicture(files, "logo");
        var icon = ReadPicture(files, "favicon") ?? logo;
        var css = files.Read("theme.css", MaxFileBytes);
        var isLightOnly =
            css is not null && !DarkMarks.Any(mark => Encoding.UTF8.GetString(css).Contains(mark, StringComparison.OrdinalIgnoreCase));
        if (isLightOnly)
            Log.ThemeLightOnly(log);
        return new PageTheme(
            logo is var (type, picture) ? new Asset(PageTheme.LogoPath, type, picture) : PageTheme.BuiltIn.Logo,
            icon is var (iconType, small) ? new Asset(PageTheme.IconPath, iconType, small) : PageTheme.BuiltIn.Icon,
            HasOwnLogo: logo is not null,
            css is null ? null : new Asset(PageTheme.StylePath, "text/css; charset=utf-8", css),
            BuiltInTexts.ByLanguage.ToFrozenDictionary(
                language => language.Key, language => ReadTexts(files, language.Key, language.Value), StringComparer.OrdinalIgnoreCase))
        {
            IsLightOnly = isLightOnly,
            Colors = css is null ? ThemeColors.BuiltIn : ThemeColors.Of(css),
        };
    }

    private static (string Type, byte[] Content)? ReadPicture(ThemeFiles files, string name) =>
        files.Read(name + ".svg", MaxFileBytes) is { } drawing ? (Drawing, drawing)
        : files.Read(name + ".png", MaxFileBytes) is { } bitmap ? (Bitmap, bitmap)
        : null;

    private Texts ReadTexts(ThemeFiles files, string language, FrozenDictionary<string, string> builtIn)
    {
        var name = TextsOf(language);
        return files.Read(name, MaxFileBytes) is { } json
            ? new Texts(
                language,
                ThemeTexts.Read(json, builtIn, fault => Log.ThemeTextRefused(log, name, fault)).ToFrozenDictionary(StringComparer.Ordinal))
            : new Texts(language, builtIn);
    }

    private static string TextsOf(string language) => $"texts.{language}.json";
}
