using System.CommandLine;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.KeyProtection;
using Microsoft.Extensions.Configuration;

namespace IdentityHub.Cli.Settings;

/// <summary>The settings of one call: an option, otherwise the server's environment variable, otherwise the server's default.</summary>
internal sealed class HubSettings(ParseResult command)
{
    private const string DefaultConnectionString = "Data Source=data/identityhub.db";
    private const string DefaultConfigDirectory = "config";
    private const string DefaultKeyFile = "data/hub.key";

    // As the server reads them: in any case, '__' between the parts of a key.
    private readonly IConfiguration _environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();

    public string ConnectionString => Read(SettingsOptions.ConnectionString, "ConnectionStrings:IdentityHub") ?? DefaultConnectionString;

    public string ConfigDirectory => Read(SettingsOptions.ConfigDirectory, "IdentityHub:ConfigDirectory") ?? DefaultConfigDirectory;

    /// <exception cref="CommandException">The environment names a stage that there is not.</exception>
    public string Stage
    {
        get
        {
            var stage = Read(SettingsOptions.Stage, "IdentityHub:Stage")
                ?? Given(_environment["ASPNETCORE_ENVIRONMENT"])?.ToLowerInvariant()
                ?? ConfigContext.Production;
            return SettingsOptions.Stages.Contains(stage)
                ? stage
                : throw new CommandException(
                    $"The stage is '{stage}': it must be one of {string.Join(", ", SettingsOptions.Stages)} (--stage, IdentityHub__Stage, "
                        + "ASPNETCORE_ENVIRONMENT).");
        }
    }

    /// <summary>Path of the key-protection key.</summary>
    public string KeyFile => Read(SettingsOptions.KeyFile, "IdentityHub:KeyProtection:KeyFile") ?? DefaultKeyFile;

    /// <summary>Any setting of the server; null where the environment does not have it.</summary>
    public string? Find(string key) => Given(_environment[key]);

    /// <summary>Reads the configuration files; needs no database and no key.</summary>
    /// <param name="folder">In place of <see cref="ConfigDirectory"/>.</param>
    public ConfigLoadResult LoadConfig(string? folder = null) =>
        ConfigLoader.Load(
            Given(folder) ?? ConfigDirectory, new ConfigContext(Stage, Environment.GetEnvironmentVariable, TimeProvider.System));

    /// <exception cref="InvalidDataException">The key file is missing outside Development, or holds no key; says what to do.</exception>
    public KeyProtector OpenKey() =>
        KeyProtector.FromFile(KeyFile, createIfMissing: Stage == ConfigContext.Development);

    /// <summary>The key, where one is named or the default file is there; null otherwise. Makes none.</summary>
    /// <exception cref="InvalidDataException">The file that is named is missing or holds no key.</exception>
    public KeyProtector? FindKey()
    {
        var named = Given(command.GetResult(SettingsOptions.KeyFile)?.GetValueOrDefault<string?>())
            ?? Given(_environment["IdentityHub:KeyProtection:KeyFile"]);
        return named is null && !File.Exists(DefaultKeyFile)
            ? null
            : KeyProtector.FromFile(named ?? DefaultKeyFile, createIfMissing: false);
    }

    private string? Read(Option<string?> option, string key) => Given(command.GetValue(option)) ?? Given(_environment[key]);

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
