using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;

namespace IdentityHub.Cli.Import;

/// <summary>The connection string of another system's database: an option, the environment, or standard input.</summary>
internal static class SourceConnection
{
    private const string FromInput = "-";

    /// <summary>An option for it.</summary>
    /// <param name="setting">Name of the connection string in the environment.</param>
    public static Option<string?> New(string option, string what, string setting) => new(option)
    {
        Description =
            $"{what}: 'Host=…' for PostgreSQL, 'Data Source=…' for SQLite. Better in ConnectionStrings__{setting}, or - for one line of "
                + "standard input, where it holds a password: others on the machine can read arguments.",
        HelpName = "connection string",
    };

    /// <summary>The connection string; null where none is named.</summary>
    public static string? Read(ParseResult parsed, Option<string?> option, string setting)
    {
        var given = parsed.GetValue(option);
        if (given == FromInput)
            return SecretInput.Read($"connection string of {setting}");
        return string.IsNullOrEmpty(given) ? new CommandSettings(parsed).Find($"ConnectionStrings:{setting}") : given;
    }
}
