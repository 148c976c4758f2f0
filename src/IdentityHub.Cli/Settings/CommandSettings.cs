using System.CommandLine;
using IdentityHub.ConfigAsCode;
using IdentityHub.ConfigAsCode.Installation;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Cli.Settings;

/// <summary>The settings of one call: an option, otherwise what the server would read (<see cref="InstallationSettings"/>).</summary>
internal sealed class CommandSettings(ParseResult command)
{
    private static readonly (Option<string?> Option, string Key)[] Options =
    [
        (SettingsOptions.ConnectionString, InstallationSettings.ConnectionStringKey),
        (SettingsOptions.ConfigDirectory, InstallationSettings.ConfigDirectoryKey),
        (SettingsOptions.Stage, InstallationSettings.StageKey),
        (SettingsOptions.KeyFile, InstallationSettings.KeyFileKey),
    ];

    private readonly InstallationSettings _installation = Read(command);

    public string ConnectionString => _installation.ConnectionString;

    public string ConfigDirectory => _installation.ConfigDirectory;

    /// <exception cref="CommandException">The settings name a stage that there is not.</exception>
    public string Stage =>
        SettingsOptions.Stages.Contains(_installation.Stage)
            ? _installation.Stage
            : throw new CommandException(
                $"The stage is '{_installation.Stage}': it must be one of {string.Join(", ", SettingsOptions.Stages)} (--stage, "
                    + "IdentityHub__Stage, ASPNETCORE_ENVIRONMENT).");

    /// <summary>The issuer; null where none is set outside Development.</summary>
    public string? Issuer => _installation.Issuer;

    /// <summary>Path of the key-protection key.</summary>
    public string KeyFile => _installation.KeyFile;

    /// <summary>Any setting of the server; null where it is not set.</summary>
    public string? Find(string key) => _installation.Find(key);

    /// <summary>Reads the configuration files; needs no database and no key.</summary>
    /// <param name="folder">In place of <see cref="ConfigDirectory"/>.</param>
    /// <param name="made">What the administration API made, which the files may refer to; null for nothing.</param>
    public ConfigLoadResult LoadConfig(string? folder = null, MadeObjects? made = null) =>
        ConfigLoader.Load(
            string.IsNullOrEmpty(folder) ? ConfigDirectory : folder,
            new ConfigContext(Stage, Environment.GetEnvironmentVariable, TimeProvider.System) { Made = made ?? MadeObjects.None });

    /// <exception cref="InvalidDataException">The key file is missing outside Development, or holds no key; says what to do.</exception>
    public KeyProtector OpenKey() =>
        KeyProtector.FromFile(KeyFile, createIfMissing: Stage == ConfigContext.Development);

    /// <summary>The key, where one is named or the default file is there; null otherwise. Makes none.</summary>
    /// <exception cref="InvalidDataException">The file that is named is missing or holds no key.</exception>
    public KeyProtector? FindKey() =>
        _installation.NamedKeyFile is null && !File.Exists(KeyFile) ? null : KeyProtector.FromFile(KeyFile, createIfMissing: false);

    /// <exception cref="CommandException">A settings file in the folder of the program cannot be read.</exception>
    private static InstallationSettings Read(ParseResult command)
    {
        // A command has only the options that it reads.
        var given = Options
            .Select(known => KeyValuePair.Create(known.Key, command.GetResult(known.Option)?.GetValueOrDefault<string?>()))
            .Where(option => !string.IsNullOrEmpty(option.Value));
        try
        {
            return InstallationSettings.Read(AppContext.BaseDirectory, given);
        }
        catch (InvalidDataException unreadable)
        {
            throw new CommandException($"{unreadable.Message} {unreadable.GetBaseException().Message}", unreadable);
        }
    }
}
