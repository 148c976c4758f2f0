using System.CommandLine;
using IdentityHub.Cli.Users;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Import.Auth0;

/// <summary><c>hub import auth0</c>.</summary>
internal static class Auth0Command
{
    private const string Description =
        """
        Writes the applications and APIs of an Auth0 tenant as configuration files, and its users as a file for 'hub users import'.

        Reads a JSON file with the lists 'clients', 'resourceServers' and 'clientGrants', as the Management API answers them and the deploy tool of
        Auth0 exports them, and users as NDJSON: the export of profiles, and that of password hashes, which Auth0's support makes. Clients keep their
        secrets where the export holds them; they are written as digests. What has no counterpart is reported, with what to do; the files that are
        written have no fault.

        Examples:
          hub import auth0 tenant.json --out config
          hub import auth0 tenant.json --users profiles.ndjson --users hashes.ndjson
        """;

    private static readonly Argument<FileInfo> File = new Argument<FileInfo>("FILE") { Description = "The tenant." }.AcceptExistingOnly();

    private static readonly Option<FileInfo[]> Users = new Option<FileInfo[]>("--users")
    {
        Description = "Users, a JSON object a line. May be given several times.",
        HelpName = "file",
    }.AcceptExistingOnly();

    public static Command Create()
    {
        var command = new Command("auth0", Description) { File, Users, TypedPhoneNumber.Region };
        ImportTarget.AddOptionsTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (target, report) = (new ImportTarget(parsed), new ImportReport());
        target.RefuseWhatIsThere();
        var tenant = Auth0Tenant.Read(parsed.GetRequiredValue(File), report);
        var document = Convert(tenant);
        int? count = null;
        if (parsed.GetValue(Users) is { Length: > 0 } files)
        {
            var users = new Auth0Users(report, parsed.GetValue(TypedPhoneNumber.Region));
            foreach (var file in files)
                await users.ReadAsync(file, cancellationToken);
            count = await target.WriteUsersAsync(report, users.Count, users.WriteAsync);
        }

        return await new ImportResult(parsed, target, report, "Auth0").WriteAsync(document, count, cancellationToken);
    }

    private static ConfigDocument Convert(Auth0Tenant tenant)
    {
        var ids = tenant.Clients.Select(client => client.Text("client_id")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var apis = new Auth0Apis();
        foreach (var api in tenant.Apis)
            apis.Add(api, ids);
        var (scopes, lifetimes) = (new List<(string Client, string Scope)>(), new Dictionary<string, long>(StringComparer.Ordinal));
        foreach (var grant in tenant.Grants)
        {
            grant.Skip("id");
            var (client, wanted) = (grant.Text("client_id") ?? "", grant.Texts("scope"));
            scopes.AddRange(wanted.Where(apis.Has).Select(scope => (client, scope)));
            if (wanted.Where(scope => !apis.Has(scope)).ToList() is { Count: > 0 } unknown)
                grant.Report("scope", string.Join(' ', unknown), "There is no such scope, or it was left out.");
            if (apis.LifetimeOf(grant.Text("audience")) is { } seconds)
                lifetimes[client] = Math.Min(seconds, lifetimes.GetValueOrDefault(client, long.MaxValue));
            grant.ReportRest("There is no counterpart. It was left out.");
        }

        var conversion = new Auth0Clients(
            scopes.ToLookup(one => one.Client, one => one.Scope),
            id => lifetimes.TryGetValue(id, out var seconds) ? seconds : null);
        var clients = new Dictionary<string, ClientDefinition>(StringComparer.Ordinal);
        foreach (var source in tenant.Clients)
        {
            if (conversion.Convert(source) is { } client && !clients.TryAdd(client.ClientId, client))
                source.ReportLeftOut("another client of the tenant has the same client_id.");
        }

        tenant.Settings.ReportRest("It is a setting of the tenant. It was left out.");
        return new ConfigDocument { Clients = [.. clients.Values], Scopes = apis.Scopes, ApiResources = apis.Apis };
    }
}
