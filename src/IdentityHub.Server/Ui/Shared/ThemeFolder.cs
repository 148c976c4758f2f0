using System.Collections.Frozen;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The theme in force: what the folder of the setting <c>IdentityHub:Theme:Directory</c> puts in place of the built-in look. A request looks
/// whether a file has changed, once a second at most: what reports changes of files does not do so on every kind of volume.
/// </summary>
internal sealed class ThemeFolder(IOptions<HubSettings> settings, TimeProvider time, ILogger<ThemeFolder> log)
{
    private const int MaxFileBytes = 512 * 1024;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly string[] FileNames = ["theme.css", "logo.svg", "logo.png", .. BuiltInTexts.ByLanguage.Keys.Select(TextsOf)];

    private readonly Lock _reading = new();
    private volatile Theme _current = Theme.BuiltIn;
    private (string Name, DateTime Written, long Length)[] _seen = [];
    private long _lookAgainAt = long.MinValue;

    private string Directory => settings.Value.Theme.Directory;

    /// <summary>Read it once for one page: two reads may see two themes.</summary>
    public Theme Current
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
                Log.ThemeRead(log, Directory);
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
        [.. FileNames.Select(name => new FileInfo(Path.Combine(Directory, name))).Where(file => file.Exists).Select(file => (file.Name, Target(file).LastWriteTimeUtc, Target(file).Length))];

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

    private Theme Read()
    {
        var files = new ThemeFiles(Directory, (name, fault) => Log.ThemeFileRefused(log, name, fault));
        var (logo, hasOwn) = (Theme.BuiltIn.Logo, false);
        if (files.Read("logo.svg", MaxFileBytes) is { } drawing)
            (logo, hasOwn) = (new Asset(Theme.LogoPath, "image/svg+xml", drawing), true);
        else if (files.Read("logo.png", MaxFileBytes) is { } picture)
            (logo, hasOwn) = (new Asset(Theme.LogoPath, "image/png", picture), true);

        var style = files.Read("theme.css", MaxFileBytes) is { } css ? new Asset(Theme.StylePath, "text/css; charset=utf-8", css) : null;
        return new Theme(
            logo, hasOwn, style, BuiltInTexts.ByLanguage.ToFrozenDictionary(language => language.Key, language => ReadTexts(files, language.Key, language.Value), StringComparer.OrdinalIgnoreCase));
    }

    private Texts ReadTexts(ThemeFiles files, string language, FrozenDictionary<string, string> builtIn)
    {
        var name = TextsOf(language);
        return files.Read(name, MaxFileBytes) is { } json
            ? new Texts(language, ThemeTexts.Read(json, builtIn, fault => Log.ThemeTextRefused(log, name, fault)).ToFrozenDictionary(StringComparer.Ordinal))
            : new Texts(language, builtIn);
    }

    private static string TextsOf(string language) => $"texts.{language}.json";
}
