using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Clients;

/// <summary><c>hub clients issue-partner</c>: contracts/hash-secret.md.</summary>
internal static class IssuePartnerCommand
{
    private const string Description =
        """
        Makes the pair of hash and secret that a partner of the dialect hash-secret is given, shows it once, and prints the lines for a configuration
        file. Changes nothing by itself: 'hub config plan' and 'hub config apply' bring the lines into force.

        Example:
          hub clients issue-partner partner-8
        """;

    public static Command Create()
    {
        var command = new Command("issue-partner", Description) { ClientCommands.Id, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var id = parsed.GetRequiredValue(ClientCommands.Id);
        if (id.Length is 0 or > 200 || id.Any(character => character is < '\x21' or > '\x7E'))
            throw new CommandException("The client_id must be 1 to 200 visible ASCII characters.");
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        if ((await new AppliedClients(database).FindAsync(id, cancellationToken))?.Definition is { } client)
        {
            throw new CommandException(
                $"The client '{id}' is there already ({ConfigChange.OwnerOf(client.Source)}); its hash stays, a new secret comes from: hub "
                    + $"clients rotate-secret {id}");
        }

        var (hash, secret, output) = (RandomSecret.Create(), RandomSecret.Create(), new CommandOutput(parsed));
        var digest = ClientCommands.DigestOf(secret);
        if (output.IsJson)
        {
            output.WriteJson(new { ClientId = id, Hash = hash, Secret = secret, Digest = digest });
            return ExitCode.Done;
        }

        output.WriteLine($"hash:   {hash}");
        output.WriteLine($"secret: {secret}");
        output.WriteLine(
            "Hand both to the partner; they are shown once. Nothing has changed yet. Add to a configuration file, then hub config "
                + "plan and apply:");
        output.WriteLine("");
        output.WriteLine("clients:");
        output.WriteLine(
            $"  - client_id: \"{id.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        output.WriteLine("    dialects: [hash-secret]");
        output.WriteLine($"    hash_alias: \"{hash}\"");
        output.WriteLine($"    client_secrets: [{{ value: \"{digest}\" }}]");
        return ExitCode.Done;
    }
}
