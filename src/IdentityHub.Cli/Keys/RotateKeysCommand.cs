using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Keys;

/// <summary><c>hub keys rotate</c>.</summary>
internal static class RotateKeysCommand
{
    private const string Description =
        """
        Makes the next signing key of each algorithm, as the server does by itself every 90 days: it is published at once and signs in 14 days, so that
        every verifier has read it by then. An algorithm whose next key is announced already is left as it is. Needs the key file.

        With --now the next key, also one that is announced already, signs as soon as every running node has read it, in 90 seconds. A resource
        server that keeps the key set for longer refuses its tokens until it reads the set again; most read it again for a kid that they do not know.

        Examples:
          hub keys rotate
          hub keys rotate --now --algorithm ES256
        """;

    private static readonly Option<string?> Algorithm = new Option<string?>("--algorithm")
    {
        Description = "Only the key of this algorithm. Left out: all.",
    }.AcceptOnlyFromAmong([.. SigningKeyLifeCycle.Algorithms]);

    private static readonly Option<bool> Now = new("--now") { Description = "Sign with it in 90 seconds, and not in 14 days." };

    public static Command Create()
    {
        var command = new Command("rotate", Description)
        {
            Algorithm, Now, OutputOptions.Json, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = new CommandSettings(parsed);
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        using var protector = settings.FindKey()
            ?? throw new CommandException("A new signing key is wrapped with the key-protection key; name its file: --key-file FILE");
        var (isNow, now) = (parsed.GetValue(Now), TimeProvider.System.GetUtcNow());
        var algorithms = parsed.GetValue(Algorithm) is { } one ? [one] : SigningKeyLifeCycle.Algorithms;

        var (next, unchanged) = await new SigningKeyStore(database).ChangeAsync(
            async (transaction, published) =>
            {
                var (keys, left) = (new List<ListedKey>(), new List<string>());
                foreach (var algorithm in algorithms)
                {
                    var line = published.Ring.Where(key => key.Algorithm == algorithm).ToList();
                    var (key, step) = await SigningKeyRotation.NextAsync(
                        transaction, line, algorithm, protector, isNow, now, cancellationToken);
                    keys.Add(ListedKey.Of(key, [.. line, key], now));
                    if (step == RotationStep.None)
                        left.Add(algorithm);
                    else
                        await WriteAsync(
                            transaction, key, step == RotationStep.Made ? "made" : "brought forward", cancellationToken);
                }

                return (keys, left);
            },
            now, cancellationToken);

        var output = new CommandOutput(parsed);
        ListedKey.Write(output, next);
        if (!output.IsJson && unchanged.Count > 0)
            output.WriteLine($"The next key was announced already: {string.Join(", ", unchanged)}. Nothing was changed there.");
        return ExitCode.Done;
    }

    private static Task WriteAsync(SqlTransaction transaction, SigningKey key, string done, CancellationToken cancellationToken) =>
        AuditedChange.WriteAsync(
            transaction, "key.rotated", null, null,
            $"the {key.Algorithm} key {key.KeyId}, which signs from {CommandOutput.Time(key.NotBefore)}, was {done} by hub keys rotate",
            cancellationToken);
}
