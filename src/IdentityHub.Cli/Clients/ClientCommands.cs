using System.CommandLine;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Storage;

namespace IdentityHub.Cli.Clients;

/// <summary><c>hub clients</c>: what is applied for a client, and new secrets for it.</summary>
internal static class ClientCommands
{
    /// <summary>The client that a command is about.</summary>
    public static Argument<string> Id { get; } = new("ID") { Description = "The client_id." };

    public static Command Create() => new("clients", "Applications that ask for tokens.")
    {
        ShowClientCommand.Create(), RotateSecretCommand.Create(), IssuePartnerCommand.Create(),
    };

    /// <summary>The client of the command line.</summary>
    /// <exception cref="CommandException">None has the id; says which is near.</exception>
    public static async Task<AppliedClient> FindAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        return await FindAsync(database, parsed.GetRequiredValue(Id), cancellationToken);
    }

    /// <summary>The client that somebody names.</summary>
    /// <exception cref="CommandException">None has the id; says which is near.</exception>
    public static async Task<AppliedClient> FindAsync(HubDatabase database, string id, CancellationToken cancellationToken)
    {
        var clients = new AppliedClients(database);
        if (await clients.FindAsync(id, cancellationToken) is { } client)
            return client;
        var hint = await clients.SuggestAsync(id, cancellationToken) is { } near ? $"; did you mean '{near}'?" : ".";
        throw new CommandException($"No client '{id}' is applied{hint}");
    }

    /// <summary>What a file says for a secret: its digest.</summary>
    public static string DigestOf(string secret) => DigestNotation.Of(TokenHash.Of(secret));
}
