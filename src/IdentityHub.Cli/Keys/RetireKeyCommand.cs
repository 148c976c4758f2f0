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
                if (published.Ring.FirstOrDefault(key => key.KeyId == kid) is { } own)
                    return await RetireAsync(transaction, published.Ring, own, end, now, cancellationToken);
                if (published.Imported.FirstOrDefault(key => key.KeyId == kid) is { } imported)
                    return await RetireAsync(transaction, imported, end ?? now, cancellationToken);
                throw new CommandException("There is no published key with this kid; all are shown by: hub keys list");
            },
            now, cancellationToken);
        ListedKey.Write(new CommandOutput(parsed), [retired]);
        return ExitCode.Done;
    }

    private static async Task<ListedKey> RetireAsync(
        SqlTransaction transaction, IReadOnlyList<SigningKey> ring, SigningKey key, DateTimeOffset? end, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var others = ring.Where(other => other.KeyId != key.KeyId && other.Algorithm == key.Algorithm).ToList();
        if (key.NotBefore <= now && key.SignUntil > now && SigningKeyLifeCycle.FindSigning(others, key.Algorithm, now) is null)
            throw new CommandException(RefusalOf(key, others, now));

        key.SignUntil = Earlier(key.SignUntil, now);
        key.PublishUntil = end ?? Earlier(key.PublishUntil, now + SigningKeyLifeCycle.Retirement);
        await SigningKeyStore.SetTimesAsync(transaction, key, cancellationToken);
        await WriteAsync(transaction, key.Algorithm, key.KeyId, key.PublishUntil, cancellationToken);
        return ListedKey.Of(key, ring, now);
    }

    private static async Task<ListedKey> RetireAsync(
        SqlTransaction transaction, ImportedKey key, DateTimeOffset end, CancellationToken cancellationToken)
    {
        key.PublishUntil = end;
        await SigningKeyStore.ImportAsync(transaction, key, cancellationToken);
        await WriteAsync(transaction, "imported", key.KeyId, end, cancellationToken);
        return ListedKey.Of(key);
    }

    private static string RefusalOf(SigningKey key, IReadOnlyList<SigningKey> others, DateTimeOffset now)
    {
        var next = others.Where(other => other.NotBefore > now && other.SignUntil > other.NotBefore).MinBy(other => other.NotBefore);
        var advice = next is null || next.NotBefore > now + SigningKeyLifeCycle.Propagation
            ? $"Run first: hub keys rotate --now --algorithm {key.Algorithm}"
            : $"Its successor signs from {CommandOutput.Time(next.NotBefore)}: run this command again then.";
        return $"It is the only {key.Algorithm} key that signs; nothing was changed. {advice}";
    }

    private static Task WriteAsync(
        SqlTransaction transaction, string kind, string kid, DateTimeOffset end, CancellationToken cancellationToken) =>
        AuditedChange.WriteAsync(
            transaction, "key.retired", null, null,
            $"the {kind} key {kid}, which is published until {CommandOutput.Time(end)}, was retired by hub keys retire", cancellationToken);

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
