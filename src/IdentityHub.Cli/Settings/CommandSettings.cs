using System.CommandLine;
using IdentityHub.ConfigAsCode;
using IdentityHub.ConfigAsCode.Installation;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Cli.Settings;

/// <summary>The settings of one call: an option, otherwise what the server would read (<see cref="InstallationSettings"/>).</summary>
internal sealed class CommandSettings(ParseResult command)
{
    private readonly InstallationSettings _installation = Read(AppContext.BaseDirectory);

    public string ConnectionString => Given(SettingsOptions.ConnectionString) ?? _installation.ConnectionString;

    public string ConfigDirectory => Given(SettingsOptions.ConfigDirectory) ?? _installation.ConfigDirectory;

    /// <exception cref="CommandException">The settings name a stage that there is not.</exception>
    public string Stage
    {
        get
        {
            var stage = Given(SettingsOptions.Stage) ?? _installation.Stage;
            return SettingsOptions.Stages.Contains(stage)
                ? stage
                : throw new CommandException(
                    $"The stage is '{stage}': it must be one of {string.Join(", ", SettingsOptions.Stages)} (--stage, IdentityHub__Stage, "
                        + "ASPNETCORE_ENVIRONMENT).");
        }
    }

    /// <summary>The issuer; null where none is set outside Development.</summary>
    public string? Issuer =>
        Find("IdentityHub:Issuer") ?? (Stage == ConfigContext.Development ? InstallationSettings.DevelopmentIssuer : null);

    /// <summary>Path of the key-protection key.</summary>
    public string KeyFile => Given(SettingsOptions.KeyFile) ?? _installation.KeyFile;

    /// <summary>Any setting of the server; null where it is not set.</summary>
    public string? Find(string key) => _installation.Find(key);

    /// <summary>Reads the configuration files; needs no database and no key.</summary>
    /// <param name="folder">In place of <see cref="ConfigDirectory"/>.</param>
    public ConfigLoadResult LoadConfig(string? folder = null) =>
        ConfigLoader.Load(
            string.IsNullOrEmpty(folder) ? ConfigDirectory : folder,
            new ConfigContext(Stage, Environment.GetEnvironmentVariable, TimeProvider.System));

    /// <exception cref="InvalidDataException">The key file is missing outside Development, or holds no key; says what to do.</exception>
    public KeyProtector OpenKey() =>
        KeyProtector.FromFile(KeyFile, createIfMissing: Stage == ConfigContext.Development);

    /// <summary>The key, where one is named or the default file is there; null otherwise. Makes none.</summary>
    /// <exception cref="InvalidDataException">The file that is named is missing or holds no key.</exception>
    public KeyProtector? FindKey()
    {
        // Commands without the option read the setting only.
        var option = command.GetResult(SettingsOptions.KeyFile)?.GetValueOrDefault<string?>();
        var named = string.IsNullOrEmpty(option) ? _installation.NamedKeyFile : option;
        return named is null && !File.Exists(InstallationSettings.DefaultKeyFile)
            ? null
            : KeyProtector.FromFile(named ?? InstallationSettings.DefaultKeyFile, createIfMissing: false);
    }

    /// <exception cref="CommandException">A settings file in the folder of the program cannot be read.</exception>
    private static InstallationSettings Read(string folder)
    {
        try
        {
            return InstallationSettings.Read(folder);
        }
        catch (InvalidDataException unreadable)
        {
            throw new CommandException($"{unreadable.Message} {unreadable.GetBaseException().Message}", unreadable);
        }
    }

    private string? Given(Option<string?> option) => command.GetValue(option) is { Length: > 0 } value ? value : null;
}
