using System.CommandLine;
using System.Text.Json;
using IdentityHub.Cli.Clients;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Cli.Users;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Claims;

/// <summary><c>hub claims preview</c>.</summary>
internal static class ClaimCommands
{
    private const string Description =
        """
        Shows the claims that a client would get for a user, by the configuration that is applied: in the access token, in the id_token, at userinfo and
        by introspection. Nothing is issued. Claims that every token has, such as iss, aud and exp, are left out, and so is what a request asks for by
        name (parameter claims).

        Examples:
          hub claims preview --client demo-web --user alice --scope "openid profile email"
          hub claims preview --client demo-machine
        """;

    private static readonly Option<string> Client = new("--client")
    {
        Description = "The client_id.",
        Required = true,
    };

    private static readonly Option<string?> User = new("--user")
    {
        Description = NamedUser.Forms + " Left out: the client acts for itself.",
    };

    private static readonly Option<string?> Scope = new("--scope")
    {
        Description = "What is granted, separated by blanks. Left out: what the client gets when it asks for nothing.",
    };

    public static Command Create()
    {
        var preview = new Command("preview", Description) { Client, User, Scope, OutputOptions.Json, SettingsOptions.ConnectionString };
        preview.SetAction(RunAsync);
        return new Command("claims", "What tokens say about users.") { preview };
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var client = (await ClientCommands.FindAsync(database, parsed.GetRequiredValue(Client), cancellationToken)).Definition;
        var scopes = ScopesOf(client, parsed.GetValue(Scope));
        var user = parsed.GetValue(User) is { } named ? await FindUserAsync(database, named, cancellationToken) : null;
        var preview = new ClaimPreview(await new AppliedClaims(database).ReadAsync(cancellationToken), client, user, scopes);

        (string Place, JsonElement? Claims)[] places =
        [
            ("access_token", preview.AccessToken()), ("id_token", preview.IdToken()), ("userinfo", preview.Userinfo()),
            ("introspection", preview.Introspection()),
        ];
        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(
                new
                {
                    client.ClientId,
                    UserId = user?.Profile.UserId,
                    Scope = ScopeSet.Format(scopes),
                    AccessToken = places[0].Claims,
                    IdToken = places[1].Claims,
                    Userinfo = places[2].Claims,
                    Introspection = places[3].Claims,
                    preview.LeftOut,
                });
        else
            Write(output, client, user, scopes, places, preview.LeftOut);
        return ExitCode.Done;
    }

    private static IReadOnlyList<string> ScopesOf(ClientDefinition client, string? asked)
    {
        if (asked is null)
            return client.DefaultScope is { Count: > 0 } given ? given : client.Scope;
        var scopes = ScopeSet.Parse(asked) ?? throw new CommandException("--scope is not a list of scope names separated by blanks.");
        foreach (var scope in scopes.Except(client.Scope, StringComparer.Ordinal))
        {
            var hint = Suggestion.For(scope, client.Scope) is { } near ? $"; did you mean '{near}'?" : ".";
            throw new CommandException($"Client '{client.ClientId}' may not ask for the scope '{scope}'{hint}");
        }

        return scopes;
    }

    private static async Task<UserDetails> FindUserAsync(HubDatabase database, string named, CancellationToken cancellationToken)
    {
        var id = await NamedUser.FindAsync(database, named, mayBeGone: false, cancellationToken);
        var profile = await new UserDirectory(database).FindProfileAsync(id, cancellationToken);
        return await new UserDetailsReader(database).FindAsync(id, profile?.OrganizationId, cancellationToken)
            ?? throw new CommandException("The user was deleted meanwhile.");
    }

    private static void Write(
        CommandOutput output, ClientDefinition client, UserDetails? user, IReadOnlyList<string> scopes,
        (string Place, JsonElement? Claims)[] places, IReadOnlyCollection<string> leftOut)
    {
        const int LabelWidth = 10;
        output.WriteField("Client", client.ClientId, LabelWidth);
        output.WriteField("User", user?.Profile.UserName ?? "none: the client acts for itself", LabelWidth);
        output.WriteField("Scope", scopes.Count == 0 ? "none" : ScopeSet.Format(scopes), LabelWidth);

        var table = new OutputTable("!in", "claim", "value");
        foreach (var (place, claims) in places)
        {
            if (claims is not { } shown)
            {
                table.Add(place, "none", place == "access_token" ? "it is opaque" : "it needs a user and the scope openid");
                continue;
            }

            foreach (var claim in shown.EnumerateObject())
            {
                var isText = claim.Value.ValueKind == JsonValueKind.String;
                table.Add(place, claim.Name, isText ? claim.Value.GetString() : claim.Value.GetRawText());
            }
        }

        output.WriteTable(table);
        if (leftOut.Count > 0)
            output.WriteLine($"Left out of tokens, because together they are too long: {string.Join(", ", leftOut)}");
    }
}
