using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.Clients;

namespace IdentityHub.Cli.Clients;

/// <summary><c>hub clients show</c>.</summary>
internal static class ShowClientCommand
{
    private const string Description =
        """
        Shows a client as it is applied: which file and line own it, every key that does not have its default, and the times of its secrets. Neither
        secrets nor digests are shown. The number of a secret is its place in client_secrets. Its last use is known to the minute, and remembered
        as long as the audit trail: an old secret can go when only the new one is used.

        Example:
          hub clients show demo-web
        """;

    public static Command Create()
    {
        var command = new Command("show", Description) { ClientCommands.Id, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var client = await ClientCommands.FindAsync(database, parsed.GetRequiredValue(ClientCommands.Id), cancellationToken);
        var uses = await new ClientSecretUseStore(database).ListAsync(client.Definition.ClientId, cancellationToken);
        var (output, definition, now) = (new CommandOutput(parsed), client.Definition, TimeProvider.System.GetUtcNow());
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                definition.ClientId,
                Source = ConfigChange.OwnerOf(definition.Source),
                client.UpdatedAt,
                Keys = client.Keys.Where(key => key.Note is null).Select(key => new { key.Key, Value = key.New }),
                Secrets = definition.ClientSecrets.Select((secret, index) => new
                {
                    Number = index + 1,
                    State = StateOf(secret, now),
                    secret.NotBefore,
                    secret.ExpiresAt,
                    LastUsedAt = LastUseOf(secret, uses),
                    Digest = AlgorithmOf(secret),
                }),
            });
            return ExitCode.Done;
        }

        var keys = new OutputTable("!key", "value")
            .Add("owned by", ConfigChange.OwnerOf(definition.Source))
            .Add("applied at", CommandOutput.Time(client.UpdatedAt));
        foreach (var key in client.Keys.Where(key => key.Note is null).GroupBy(key => key.Key))
            keys.Add(
                key.Key.EndsWith("[]", StringComparison.Ordinal) ? key.Key[..^2] : key.Key,
                string.Join(", ", key.Select(value => value.New)));
        output.WriteTable(keys);

        var secrets = new OutputTable("!secret", "!state", "!not before", "!expires at", "!last used at");
        foreach (var (index, secret) in definition.ClientSecrets.Index())
        {
            secrets.Add(
                (index + 1).ToString(CultureInfo.InvariantCulture), StateOf(secret, now), CommandOutput.Time(secret.NotBefore),
                CommandOutput.Time(secret.ExpiresAt), CommandOutput.Time(LastUseOf(secret, uses)));
        }

        if (secrets.Count > 0)
        {
            output.WriteLine("");
            output.WriteTable(secrets);
        }

        return ExitCode.Done;
    }

    private static string StateOf(SecretDigest secret, DateTimeOffset now) =>
        secret.ExpiresAt <= now ? "expired" : secret.NotBefore > now ? "not yet" : "live";

    private static DateTimeOffset? LastUseOf(SecretDigest secret, IReadOnlyDictionary<string, DateTimeOffset> uses) =>
        uses.TryGetValue(secret.Fingerprint, out var at) ? at : null;

    private static string AlgorithmOf(SecretDigest secret) => secret.Digest.Length == SHA512.HashSizeInBytes ? "sha512" : "sha256";
}
