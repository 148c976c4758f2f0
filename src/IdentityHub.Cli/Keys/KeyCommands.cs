using System.CommandLine;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Keys;

/// <summary><c>hub keys</c>: the keys that tokens are signed with, and those of other issuers that are published with them.</summary>
internal static class KeyCommands
{
    private const string ListDescription =
        """
        Lists every key that is published: its kid, its algorithm, what becomes of it, since when it is published, when it signs and until when it is
        published. The key that is announced signs next; one that is replaced signs no more, because a newer one does; an imported one never signs.

        Example:
          hub keys list
        """;

    public static Command Create()
    {
        var list = new Command("list", ListDescription) { OutputOptions.Json, SettingsOptions.ConnectionString };
        list.SetAction(ListAsync);
        return new Command("keys", "The keys that tokens are signed with.")
        {
            list, RotateKeysCommand.Create(), RetireKeyCommand.Create(), ImportKeysCommand.Create(), RewrapCommand.Create(),
        };
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var (store, now) = (new SigningKeyStore(database), TimeProvider.System.GetUtcNow());
        var published = new PublishedKeys(
            await store.ListPublishedAsync(now, cancellationToken), await store.ListImportedAsync(now, cancellationToken));
        ListedKey.Write(new CommandOutput(parsed), ListedKey.AllOf(published, now));
        return ExitCode.Done;
    }
}
