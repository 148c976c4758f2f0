using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Keys;

/// <summary><c>hub keys retire</c>.</summary>
internal static class RetireKeyCommand
{
    private const string Description =
        """
        Takes a key out of signing. It stays published for 14 more days, so that what it has signed stays good, or until --publish-until. Once it is not
        published, nothing accepts what it has signed, the hub neither. For a key that leaked: hub keys rotate --now, and 90 seconds later retire the
        old one with --publish-until now.

        Refused for the last key of an algorithm that signs. An imported key leaves the key set at once, or at --publish-until.

        Examples:
          hub keys retire 1b94c2d6a0...
          hub keys retire 1b94c2d6a0... --publish-until now
        """;

    private static readonly Argument<string> Kid = new("KID") { Description = "The kid of the key: hub keys list." };

    private static readonly Option<DateTimeOffset?> PublishUntil =
        PointInTime.FutureOption("--publish-until", "When it leaves the key set");

    public static Command Create()
    {
        var command = new Command("retire", Description) { Kid, PublishUntil, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var (kid, end, now) = (parsed.GetRequiredValue(Kid), parsed.GetValue(PublishUntil), TimeProvider.System.GetUtcNow());
        var retired = await new SigningKeyStore(database).ChangeAsync(
            async (transaction, published) =>
            {
                var key = await SigningKeyRotation.RetireAsync(transaction, published, kid, end, now, cancellationToken);
                if (key.Refusal is { } refusal)
                    throw new CommandException(RefusalOf(key, refusal));
                var listed = key.Own is { } own ? ListedKey.Of(own, published.Ring, now) : ListedKey.Of(key.Imported!);
                await WriteAsync(transaction, key.Own?.Algorithm ?? "imported", kid, listed.PublishedUntil, cancellationToken);
                return listed;
            },
            now, cancellationToken);
        ListedKey.Write(new CommandOutput(parsed), [retired]);
        return ExitCode.Done;
    }

    private static string RefusalOf(RetiredKey key, RetireRefusal refusal)
    {
        if (refusal == RetireRefusal.Unknown)
            return "There is no published key with this kid; all are shown by: hub keys list";
        var advice = refusal == RetireRefusal.OnlyOne
            ? $"Run first: hub keys rotate --now --algorithm {key.Own!.Algorithm}"
            : $"Its successor signs from {CommandOutput.Time(key.Successor!.NotBefore)}: run this command again then.";
        return $"It is the only {key.Own!.Algorithm} key that signs; nothing was changed. {advice}";
    }

    private static Task WriteAsync(
        SqlTransaction transaction, string kind, string kid, DateTimeOffset end, CancellationToken cancellationToken) =>
        AuditedChange.WriteAsync(
            transaction, "key.retired", null, null,
            $"the {kind} key {kid}, which is published until {CommandOutput.Time(end)}, was retired by hub keys retire", cancellationToken);
}
