using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>The configuration files of a Development server, which applies them by itself.</summary>
internal sealed class ConfigFolder(ConfigApplier applier, IOptions<HubSettings> settings, TimeProvider time)
{
    private (int Count, DateTime Newest) _seen;

    /// <summary>Reads and applies the files; what was removed from them is removed from the database.</summary>
    /// <exception cref="InvalidDataException">The files have faults: all of them, one a line. Nothing was applied.</exception>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var look = Look();
        var loaded = ConfigLoader.Load(settings.Value.ConfigDirectory, new ConfigContext(settings.Value.Stage, Environment.GetEnvironmentVariable, time));
        if (loaded.Document is not { } document)
        {
            _seen = look;
            throw new InvalidDataException(string.Join('\n', loaded.Faults));
        }

        // Seen only once the database has answered: while it cannot be reached, the files stay to be applied.
        var applied = await applier.ApplyAsync(document, settings.Value.Stage, prune: true, cancellationToken);
        _seen = look;
        if (!applied.Succeeded)
            throw new InvalidDataException(string.Join('\n', applied.Refusals));
    }

    /// <summary>True when a file came, went or was written since the files were last applied.</summary>
    public bool HasChanged() => Look() != _seen;

    private (int Count, DateTime Newest) Look()
    {
        var directory = new DirectoryInfo(settings.Value.ConfigDirectory);
        var files = directory.Exists ? directory.GetFiles("*", SearchOption.AllDirectories) : [];
        return (files.Length, files.Length == 0 ? default : files.Max(file => file.LastWriteTimeUtc));
    }
}
