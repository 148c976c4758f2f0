using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace IdentityHub.ConfigAsCode.Installation;

/// <summary>
/// The settings that say which installation a program works on. The server and <c>hub</c> read them here, from the same files and the same
/// environment, so that both always mean the same database, files, stage and key.
/// </summary>
/// <param name="configuration">What was set.</param>
/// <param name="environment">Name of the environment, as <see cref="EnvironmentOf"/> reads it; the stage where none is set.</param>
public sealed class InstallationSettings(IConfiguration configuration, string environment)
{
    /// <summary>Prefix of every key but the connection string.</summary>
    public const string Section = "IdentityHub";

    /// <summary>Folder of the configuration files where none is set, below the working directory.</summary>
    public const string DefaultConfigDirectory = "config";

    /// <summary>File of the key-protection key where none is set, below the working directory.</summary>
    public const string DefaultKeyFile = "data/hub.key";

    /// <summary>The issuer in Development where none is set; a server without an address listens there.</summary>
    public const string DevelopmentIssuer = "http://localhost:5080";

    /// <summary>Key of <see cref="ConnectionString"/>.</summary>
    public const string ConnectionStringKey = "ConnectionStrings:IdentityHub";

    /// <summary>Key of <see cref="ConfigDirectory"/>.</summary>
    public const string ConfigDirectoryKey = $"{Section}:ConfigDirectory";

    /// <summary>Key of <see cref="KeyFile"/>.</summary>
    public const string KeyFileKey = $"{Section}:KeyProtection:KeyFile";

    /// <summary>Key of <see cref="Stage"/>.</summary>
    public const string StageKey = $"{Section}:Stage";

    private const string DefaultConnectionString = "Data Source=data/identityhub.db";

    /// <summary>The database: <c>Host=…</c> is PostgreSQL, <c>Data Source=…</c> is SQLite.</summary>
    public string ConnectionString => Find(ConnectionStringKey) ?? DefaultConnectionString;

    /// <summary>Folder of the configuration files.</summary>
    public string ConfigDirectory => Find(ConfigDirectoryKey) ?? DefaultConfigDirectory;

    /// <summary>Path of the key-protection key that was set; null for none.</summary>
    public string? NamedKeyFile => Find(KeyFileKey);

    /// <summary>Path of the key-protection key.</summary>
    public string KeyFile => NamedKeyFile ?? DefaultKeyFile;

    /// <summary>The stage, as it was set; the name of the environment in lower case where it was not.</summary>
    public string Stage => Find(StageKey) ?? environment.ToLower(CultureInfo.InvariantCulture);

    /// <summary>The issuer; null where it is missing outside Development.</summary>
    public string? Issuer => Find($"{Section}:Issuer") ?? (Stage == ConfigContext.Development ? DevelopmentIssuer : null);

    /// <summary>Any setting of the server; null where it is missing or empty.</summary>
    public string? Find(string key) => configuration[key] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Reads what a server in the same folder reads: <c>appsettings.json</c>, then the file of the environment
    /// (<c>appsettings.Production.json</c>), then environment variables; the last one counts.
    /// </summary>
    /// <param name="programFolder">Folder of the program; it may hold neither file.</param>
    /// <param name="options">What was set on the command line, which wins over everything.</param>
    /// <exception cref="InvalidDataException">A file cannot be read; the message names it.</exception>
    public static InstallationSettings Read(string programFolder, params IEnumerable<KeyValuePair<string, string?>> options)
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var environment = EnvironmentOf(variables);
        return new InstallationSettings(
            new ConfigurationBuilder()
                .SetBasePath(programFolder)
                .AddJsonFile("appsettings.json", optional: true)
                .AddJsonFile($"appsettings.{environment}.json", optional: true)
                .AddEnvironmentVariables()
                .AddInMemoryCollection(options)
                .Build(),
            environment);
    }

    /// <summary>
    /// The environment that the framework starts a server in: <c>ASPNETCORE_ENVIRONMENT</c>, then <c>DOTNET_ENVIRONMENT</c>, then
    /// Production.
    /// </summary>
    private static string EnvironmentOf(IConfiguration variables) =>
        variables["ASPNETCORE_ENVIRONMENT"] is { Length: > 0 } web ? web
        : variables["DOTNET_ENVIRONMENT"] is { Length: > 0 } host ? host
        : "Production";
}
