using System.CommandLine;
using System.Text;
using System.Text.Json;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Keys;

/// <summary><c>hub keys import</c>.</summary>
internal static class ImportKeysCommand
{
    private const string Description =
        """
        Publishes the public signing key of a system that is left, so that resource servers which read the key set of this installation accept the tokens
        that it has issued, until --until. It never signs here, and the hub itself (introspection, userinfo, refresh) accepts no token of it. Resource
        servers that check the issuer must accept that of the other system too.

        FILE is a JWK or a JWKS (RFC 7517), such as the jwks_uri of the other system answers, or PEM: a public key or a certificate. RSA of 2048 to 8192
        bits, EC on P-256, P-384 or P-521. Keys for encryption in a JWKS are passed over. A file with a private key is refused.

        Examples:
          curl -s https://old.example.com/.well-known/openid-configuration/jwks > old.json
          hub keys import old.json --until 30d
          hub keys import old.pem --kid 8A2F77... --until 2027-03-01
        """;

    private static readonly Argument<string> PublicKeys = new("FILE") { Description = "The public key or keys." };

    private static readonly Option<DateTimeOffset?> Until = UntilOption();

    private static readonly Option<string?> Kid = new("--kid")
    {
        Description =
            "The kid that the tokens of the other system name, where the file does not say it. [default: the thumbprint of RFC 7638]",
        HelpName = "kid",
    };

    public static Command Create()
    {
        var command = new Command("import", Description) { PublicKeys, Until, Kid, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static Option<DateTimeOffset?> UntilOption()
    {
        var option = PointInTime.FutureOption("--until", "When it leaves the key set");
        option.Required = true;
        return option;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var until = parsed.GetRequiredValue(Until) is { } end && end > now
            ? end
            : throw new CommandException("--until must be later than now.");
        var file = PublicKeyFile.Read(parsed.GetRequiredValue(PublicKeys), parsed.GetValue(Kid));
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var imported = await new SigningKeyStore(database).ChangeAsync(
            async (transaction, published) =>
            {
                var keys = new List<ListedKey>();
                foreach (var key in file.Keys)
                {
                    Refuse(key, published);
                    var row = new ImportedKey { KeyId = key.Kid, PublicKey = JsonOf(key), ImportedAt = now, PublishUntil = until };
                    await SigningKeyStore.ImportAsync(transaction, row, cancellationToken);
                    await AuditedChange.WriteAsync(
                        transaction, "key.imported", null, null,
                        $"the key {row.KeyId}, which is published until {CommandOutput.Time(until)}, was imported by hub keys import",
                        cancellationToken);
                    keys.Add(ListedKey.Of(row));
                }

                return keys;
            },
            now, cancellationToken);

        if (file.PassedOver > 0)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"Passed over, because they are for encryption: {file.PassedOver} keys.");
        ListedKey.Write(new CommandOutput(parsed), imported);
        return ExitCode.Done;
    }

    private static void Refuse(JsonWebKey key, PublishedKeys published)
    {
        if (published.Ring.Any(own => own.KeyId == key.Kid || own.KeyId == key.Thumbprint))
            throw new CommandException($"The key '{key.Kid}' is one of this installation, or has the kid of one. Nothing was imported.");
        if (published.Imported.FirstOrDefault(other => other.KeyId == key.Kid) is { } known
            && !(JsonWebKey.TryParse(JsonElement.Parse(known.PublicKey), out var same, out _) && same.Thumbprint == key.Thumbprint))
            throw new CommandException(
                $"Another key with the kid '{key.Kid}' was imported before. Nothing was imported. End that one first: hub keys retire KID");
    }

    private static string JsonOf(JsonWebKey key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
