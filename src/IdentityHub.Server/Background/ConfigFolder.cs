using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>The configuration files of this node. A Development server applies them by itself.</summary>
internal sealed class ConfigFolder(
    ConfigApplier applier, AppliedFiles files, IOptions<HubSettings> settings, TimeProvider time, ILogger<ConfigFolder> log)
{
    private HashSet<FileLook> _applied = [];
    private HashSet<FileLook> _last = [];
    private HashSet<ConfigChange> _kept = [];

    /// <summary>Reads and applies the files; what was removed from them is removed from the database, users left out.</summary>
    /// <exception cref="InvalidDataException">The files have faults: all of them, one a line. Nothing was applied.</exception>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var look = Look();
        var loaded = await LoadAsync(cancellationToken);
        if (loaded.Document is not { } document)
        {
            _applied = look;
            throw new InvalidDataException(string.Join('\n', loaded.Faults));
        }

        // Seen only once the database has answered: while it cannot be reached, the files stay to be applied.
        var result = await applier.ApplyAsync(document, settings.Value.Stage, prune: true, cancellationToken);
        _applied = look;
        if (!result.Succeeded)
            throw new InvalidDataException(string.Join('\n', result.Refusals));

        files.Document = document;
        foreach (var gone in result.Changes.Where(change => change.Action == ConfigAction.Delete))
            Log.Deleted(log, gone.Kind, gone.Name);
        foreach (var kept in result.Kept.Except(_kept))
            Log.UserKept(log, kept.Name);
        _kept = [.. result.Kept];
    }

    /// <summary>
    /// Reads the files with the stage and the environment of this node; changes nothing. They may refer to what the administration API
    /// made.
    /// </summary>
    public async Task<ConfigLoadResult> LoadAsync(CancellationToken cancellationToken)
    {
        var context = new ConfigContext(settings.Value.Stage, Environment.GetEnvironmentVariable, time);
        var loaded = ConfigLoader.Load(settings.Value.ConfigDirectory, context);
        return loaded.Document is null && await applier.ReadMadeAsync(cancellationToken) is { IsEmpty: false } made
            ? ConfigLoader.Load(settings.Value.ConfigDirectory, context with { Made = made })
            : loaded;
    }

    /// <summary>
    /// True when files were added, removed or written since they were last applied, and two looks in a row have seen the same:
    /// no program is still writing them.
    /// </summary>
    public bool HasChanged()
    {
        var look = Look();
        var isStill = look.SetEquals(_last);
        _last = look;
        return isStill && !look.SetEquals(_applied);
    }

    private HashSet<FileLook> Look() =>
        [
            .. ConfigLoader.FilesBelow(settings.Value.ConfigDirectory)
                .Where(file => file.Exists)
                .Select(file => new FileLook(file.FullName, file.Length, file.LastWriteTimeUtc))
        ];

    private readonly record struct FileLook(string Path, long Length, DateTime WrittenAt);
}
