using System.CommandLine;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Cli.Users;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.RefreshTokens;

namespace IdentityHub.Cli.Tokens;

/// <summary><c>hub tokens revoke</c>.</summary>
internal static class RevokeTokensCommand
{
    private const string Description =
        """
        Revokes one token, or all refresh tokens and access tokens of a client, of a user, or of a user at a client. With a refresh token goes all that
        was issued with it. One token is typed and not shown, or is the first line of standard input; it is never an argument. All tokens are revoked
        after a yes on the terminal, or with --yes.

        Access tokens that are JWTs and were issued without a refresh token are in no list. Those of a user end with their session (hub sessions end);
        those of a client itself live until they expire: revoke each by itself, or set 'enabled: false' for the client.

        Examples:
          hub tokens revoke < token.txt
          hub tokens revoke --client demo-web --yes
          hub tokens revoke --user alice --client demo-web
        """;

    private static readonly Option<string?> Client = new("--client") { Description = "All of this client.", HelpName = "client_id" };

    private static readonly Option<string?> User = new("--user")
    {
        Description = $"All of this user. {NamedUser.Forms}",
        HelpName = "user",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    public static Command Create()
    {
        var command = new Command("revoke", Description)
        {
            Client, User, Yes, OutputOptions.Json, SettingsOptions.ConnectionString, SettingsOptions.KeyFile,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (client, user) = (Given(parsed.GetValue(Client)), Given(parsed.GetValue(User)));
        var settings = new CommandSettings(parsed);
        if (client is null && user is null)
        {
            if (parsed.GetResult(Client) is not null || parsed.GetResult(User) is not null)
                throw new CommandException("--client and --user must not be empty.");
            return await RevokeOneAsync(parsed, settings, SecretInput.Read("token"), cancellationToken);
        }

        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        Guid? userId = user is null ? null : await NamedUser.FindAsync(database, user, mayBeGone: true, cancellationToken);
        if (client is not null)
            await RequireClientAsync(database, client, cancellationToken);
        if (!parsed.GetValue(Yes))
            SecretInput.Confirm($"Revoke all tokens of {NameOf(client, user)}");
        var revoked = await RevokeAllAsync(database, client, userId, cancellationToken);
        Write(new CommandOutput(parsed), revoked.Families, revoked.AccessTokens);
        return ExitCode.Done;
    }

    private static async Task<int> RevokeOneAsync(
        ParseResult parsed, CommandSettings settings, string token, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var database = await DatabaseConnection.OpenAsync(settings, cancellationToken);
        var (shown, hash, claims) = await new TokenFinder(database, settings, now).FindAsync(token, cancellationToken);
        if (shown.Kind is not ("access_token" or "refresh_token"))
            throw new CommandException(
                $"This is an {shown.Kind}: it gives no right, and cannot be revoked. Its session is ended by: hub sessions end SESSION_ID");

        var isFamily = shown.Kind == "refresh_token";
        var revoked = await database.RunAsync(
            async transaction =>
            {
                var done = isFamily
                    ? await RefreshTokenStore.TryRevokeFamilyAsync(
                        transaction, shown.FamilyId!.Value, SessionEndReasons.RevokedByAdministrator, now, cancellationToken)
                    : claims is not null
                        ? await AccessTokenStore.TryRevokeJwtAsync(transaction, claims, now, cancellationToken)
                        : await AccessTokenStore.TryRevokeAsync(transaction, hash!, shown.ClientId!, now, cancellationToken);
                if (!done)
                    return false;
                await AuditedChange.WriteAsync(
                    transaction, isFamily ? "family.revoked" : "token.revoked", shown.UserId, shown.SessionId,
                    "revoked by hub tokens revoke", cancellationToken, shown.ClientId);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
        if (!revoked)
            throw new CommandException("The token was revoked before; nothing was changed.");
        Write(new CommandOutput(parsed), isFamily ? 1 : 0, isFamily ? 0 : 1);
        return ExitCode.Done;
    }

    private static Task<(int Families, int AccessTokens)> RevokeAllAsync(
        HubDatabase database, string? client, Guid? userId, CancellationToken cancellationToken) =>
        database.RunAsync(
            async transaction =>
            {
                var now = TimeProvider.System.GetUtcNow();
                var families = await RefreshTokenStore.RevokeAllAsync(
                    transaction, client, userId, SessionEndReasons.RevokedByAdministrator, now, cancellationToken);
                var accessTokens = await AccessTokenStore.RevokeAllAsync(transaction, client, userId, now, cancellationToken);
                await AuditedChange.WriteAsync(
                    transaction, "tokens.revoked", userId, null,
                    $"{families} families of refresh tokens and {accessTokens} access tokens revoked by hub tokens revoke",
                    cancellationToken, client);
                await transaction.CommitAsync(cancellationToken);
                return (families, accessTokens);
            },
            cancellationToken);

    // A mistyped client has no tokens, and that must not look like success.
    private static async Task RequireClientAsync(HubDatabase database, string client, CancellationToken cancellationToken)
    {
        var clients = new AppliedClients(database);
        if (BuiltInClients.All.Contains(client) || await clients.FindAsync(client, cancellationToken) is not null)
            return;
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        if (context.RefreshTokenFamilies.Any(row => row.ClientId == client) || context.AccessTokens.Any(row => row.ClientId == client))
            return;
        var hint = await clients.SuggestAsync(client, cancellationToken) is { } near ? $"; did you mean '{near}'?" : ".";
        throw new CommandException($"No client '{client}' is applied, and none of this name has tokens{hint}");
    }

    private static void Write(CommandOutput output, int families, int accessTokens)
    {
        if (output.IsJson)
        {
            output.WriteJson(new { RefreshTokenFamilies = families, AccessTokens = accessTokens });
            return;
        }

        output.WriteLine(
            $"Revoked: refresh tokens of {families} logins, with what was issued with them, and {accessTokens} other access tokens.");
    }

    private static string NameOf(string? client, string? user) =>
        user is null ? $"the client '{client}'" : client is null ? $"the user '{user}'" : $"the user '{user}' at the client '{client}'";

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
