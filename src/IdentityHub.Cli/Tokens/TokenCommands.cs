using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;

namespace IdentityHub.Cli.Tokens;

/// <summary><c>hub tokens</c>: what a token is, and the end of tokens.</summary>
internal static class TokenCommands
{
    private const string InspectDescription =
        """
        Says what a token is: its kind, client, user, scopes and times, whether it is live, and otherwise why not. An opaque token is found by its hash.
        The signature of a JWT is checked with the keys of the database, which needs the key file; what a token with a wrong signature says is not shown.

        The token is typed and not shown, or is the first line of standard input. It is never an argument, and is not shown again.

        Examples:
          hub tokens inspect
          hub tokens inspect --json < token.txt
        """;

    public static Command Create()
    {
        var inspect = new Command("inspect", InspectDescription)
        {
            OutputOptions.Json, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        inspect.SetAction(InspectAsync);
        return new Command("tokens", "Access tokens and refresh tokens.") { inspect, RevokeTokensCommand.Create() };
    }

    private static async Task<int> InspectAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var token = SecretInput.Read("token");
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var found = await new TokenFinder(database, settings, TimeProvider.System.GetUtcNow()).FindAsync(token, cancellationToken);
        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(found.Shown);
        else
            found.Shown.Write(output);
        return ExitCode.Done;
    }
}
