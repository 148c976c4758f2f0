using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Clients;

/// <summary><c>hub clients rotate-secret</c>.</summary>
internal static class RotateSecretCommand
{
    private const string Description =
        """
        Makes a new secret for a client, shows it once, and prints the line for the file that owns the client. Changes nothing by itself: the file is
        the owner, and 'hub config plan' and 'hub config apply' bring the line into force. Both secrets are good until the old one has expired.

        Example:
          hub clients rotate-secret demo-web --overlap-days 14
        """;

    private static readonly Option<int> Overlap = new("--overlap-days")
    {
        Description = "How many days the old secrets stay good; 1 to 3650.",
        DefaultValueFactory = _ => SecretRotation.UsualDays,
    };

    public static Command Create()
    {
        var command = new Command("rotate-secret", Description)
        {
            ClientCommands.Id,
            Overlap,
            OutputOptions.Json,
            SettingsOptions.ConnectionString,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var days = parsed.GetValue(Overlap);
        if (days is < 1 or > SecretRotation.MostDays)
            throw new CommandException($"--overlap-days must be 1 to {SecretRotation.MostDays}.");
        var client = (await ClientCommands.FindAsync(parsed, cancellationToken)).Definition;
        if (client.Source is not { } source)
            throw new CommandException(
                $"The client '{client.ClientId}' was made by the administration API and is owned by no file: change its secrets there.");
        if (SecretRotation.FaultOf(client) is { } fault)
            throw new CommandException(fault);

        var secret = RandomSecret.Create();
        var end = CommandOutput.Time(TimeProvider.System.GetUtcNow().AddDays(days));
        var (owner, digest, output) = (ConfigChange.OwnerOf(source), ClientCommands.DigestOf(secret), new CommandOutput(parsed));
        if (output.IsJson)
        {
            output.WriteJson(new { client.ClientId, Source = owner, Secret = secret, Digest = digest, OldExpiresAt = end });
            return ExitCode.Done;
        }

        output.WriteLine($"secret: {secret}");
        output.WriteLine("It is shown once. Nothing has changed yet.");
        output.WriteLine("");
        output.WriteLine(PlainText.Of($"1. {owner}: add to client_secrets of {client.ClientId}:"));
        output.WriteLine($"     - value: {digest}");
        output.WriteLine("2. In the same list, add to the old secrets, so that they end by themselves:");
        output.WriteLine($"       expires_at: {end}");
        output.WriteLine("3. hub config plan, then hub config apply; give the application the new secret; later remove the old one.");
        return ExitCode.Done;
    }
}
