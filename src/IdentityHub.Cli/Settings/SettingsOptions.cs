using System.CommandLine;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Settings;

/// <summary>The server's settings as options; a command adds those that it reads.</summary>
internal static class SettingsOptions
{
    public static readonly string[] Stages = [ConfigContext.Development, ConfigContext.Staging, ConfigContext.Production];

    public static Option<string?> ConnectionString { get; } = new("--connection-string")
    {
        Description =
            "'Host=…' for PostgreSQL, 'Data Source=…' for SQLite. Better in ConnectionStrings__IdentityHub where it holds a password: "
            + "others on the machine can read arguments. [default: Data Source=data/identityhub.db]",
        HelpName = "connection string",
    };

    public static Option<string?> ConfigDirectory { get; } = new("--config")
    {
        Description = "Folder of the configuration files. Otherwise IdentityHub__ConfigDirectory. [default: config]",
        HelpName = "folder",
    };

    public static Option<string?> Stage { get; } = StageOption();

    public static Option<string?> KeyFile { get; } = new("--key-file")
    {
        Description =
            "The key-protection key, 32 bytes as base64, the same file that the server has; made where it is missing on the stage "
                + "development. "
            + "Otherwise IdentityHub__KeyProtection__KeyFile. [default: data/hub.key]",
        HelpName = "file",
    };

    private static Option<string?> StageOption()
    {
        var option = new Option<string?>("--stage")
        {
            Description =
                "What the files are checked for. Otherwise IdentityHub__Stage, then ASPNETCORE_ENVIRONMENT. [default: production]",
        };
        return option.AcceptOnlyFromAmong(Stages);
    }
}
