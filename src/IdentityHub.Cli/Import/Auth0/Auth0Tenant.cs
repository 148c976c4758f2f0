using System.Text.Json;

namespace IdentityHub.Cli.Import.Auth0;

/// <summary>A tenant of Auth0, in the words of its Management API.</summary>
/// <param name="Grants">Which client may ask for which scopes of which API, acting for itself.</param>
internal sealed record Auth0Tenant(
    SourceObject Settings, IReadOnlyList<SourceObject> Clients, IReadOnlyList<SourceObject> Apis, IReadOnlyList<SourceObject> Grants)
{
    /// <exception cref="CommandException">The file holds no tenant.</exception>
    public static Auth0Tenant Read(FileInfo file, ImportReport report)
    {
        var root = SourceJson.Read(file);
        var settings = new SourceObject("tenant", root, report);
        if (root.ValueKind != JsonValueKind.Object
            || (settings.Find("clients") is null && settings.Find("resourceServers") is null))
            throw new CommandException(
                $"'{file.Name}' is no export of an Auth0 tenant: it has neither 'clients' nor 'resourceServers'.");
        return new(
            settings, Of("clients", "clients", "client_id", "name"), Of("resourceServers", "api_resources", "identifier", "name"),
            Of("clientGrants", "client_grants", "client_id", "audience"));

        IReadOnlyList<SourceObject> Of(string key, string section, string id, string otherwise) =>
        [
            .. settings.Items(key)
                .Select(item => (Item: item, Named: new SourceObject("", item, report)))
                .Select(one => new SourceObject(
                    $"{section}/{one.Named.Text(id) ?? one.Named.Text(otherwise) ?? "?"}", one.Item, report))
        ];
    }
}
