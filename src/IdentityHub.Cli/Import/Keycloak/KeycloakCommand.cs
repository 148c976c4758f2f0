using System.CommandLine;
using IdentityHub.Cli.Users;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Import.Keycloak;

/// <summary><c>hub import keycloak</c>.</summary>
internal static class KeycloakCommand
{
    private const string Description =
        """
        Writes the clients and client scopes of a realm of Keycloak as configuration files, and its users as a file for 'hub users import'.

        Reads realm exports (kc.sh export): one file, or several where the users are in files of their own. An export from the administration console
        holds neither users nor secrets. Clients keep their secrets, which are written as digests, and users their passwords. What has no counterpart
        is reported, with what to do; the files that are written have no fault.

        Examples:
          hub import keycloak realm.json --out config
          hub import keycloak acme-realm.json acme-users-0.json acme-users-1.json
        """;

    private static readonly Argument<FileInfo[]> Files = new Argument<FileInfo[]>("FILES")
    {
        Description = "The export of one realm.",
        Arity = ArgumentArity.OneOrMore,
    }.AcceptExistingOnly();

    private static readonly Option<string?> Realm = new("--realm")
    {
        Description = "Which realm, where the files hold several.",
        HelpName = "name",
    };

    public static Command Create()
    {
        var command = new Command("keycloak", Description) { Files, Realm, TypedPhoneNumber.Region };
        ImportTarget.AddOptionsTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (target, report) = (new ImportTarget(parsed), new ImportReport());
        target.RefuseWhatIsThere();
        var realm = KeycloakRealm.Read(parsed.GetRequiredValue(Files), parsed.GetValue(Realm), report);
        var document = Convert(realm);
        int? count = null;
        if (realm.Users.Count > 0)
        {
            var users = new KeycloakUsers(realm.Users, report, parsed.GetValue(TypedPhoneNumber.Region));
            count = await target.WriteUsersAsync(report, users.Count, users.WriteAsync);
        }

        return await new ImportResult(parsed, target, report, "Keycloak").WriteAsync(document, count, cancellationToken);
    }

    private static ConfigDocument Convert(KeycloakRealm realm)
    {
        realm.Settings.Skip("id", "realm", "enabled", "keycloakVersion");
        var scopes = KeycloakScopes.Convert(realm.Scopes);
        var conversion = new KeycloakClients(realm.Settings, scopes.Select(scope => scope.Name).ToHashSet(StringComparer.Ordinal));
        var clients = new Dictionary<string, ClientDefinition>(StringComparer.Ordinal);
        foreach (var source in realm.Clients)
        {
            if (conversion.Convert(source) is { } client && !clients.TryAdd(client.ClientId, client))
                source.ReportLeftOut("another client of the realm has the same clientId.");
        }

        realm.Settings.ReportRest("It is a setting of the realm: see docs/settings.md and the keys of clients.");
        return new ConfigDocument
        {
            Clients = [.. clients.Values],
            Scopes = scopes,
            ApiResources = conversion.Apis,
        };
    }
}
