using System.Text.Json;

namespace IdentityHub.Cli.Import.Keycloak;

/// <summary>A realm of Keycloak: one file, or several where the users were exported into files of their own.</summary>
/// <param name="Settings">Of the realm itself.</param>
internal sealed record KeycloakRealm(
    SourceObject Settings, IReadOnlyList<SourceObject> Clients, IReadOnlyList<SourceObject> Scopes, IReadOnlyList<SourceObject> Users)
{
    /// <param name="name">Which one, where the files hold several; null for the only one.</param>
    /// <exception cref="CommandException">The files hold no realm, or several.</exception>
    public static KeycloakRealm Read(IEnumerable<FileInfo> files, string? name, ImportReport report)
    {
        var parts = new List<(string Realm, JsonElement Json)>();
        foreach (var file in files)
        {
            var root = SourceJson.Read(file);
            var found = (root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToList() : [root])
                .Select(json => (Realm: new SourceObject("", json, report).Text("realm"), json))
                .ToList();
            if (found.Count == 0 || found.Exists(part => part.Realm is null))
                throw new CommandException($"'{file.Name}' is no realm export of Keycloak: there is no key 'realm'.");
            parts.AddRange(found.Select(part => (part.Realm!, part.json)));
        }

        var names = parts.Select(part => part.Realm).Distinct(StringComparer.Ordinal).ToList();
        if (name is null && names.Count > 1)
            throw new CommandException(
                $"There are several realms: {string.Join(", ", names)}. One is imported at a time: name it with --realm.");
        if (name is not null && !names.Contains(name))
            throw new CommandException($"There is no realm '{name}'; there is {string.Join(", ", names)}.");
        var realm = parts.Where(part => part.Realm == (name ?? names[0])).ToList();
        var objects = realm.Select(part => new SourceObject($"realm/{part.Realm}", part.Json, report)).ToList();

        // Files of users hold no settings, and a shell may name them first.
        var settings = objects.Find(part => part.Keys.Contains("clients")) ?? objects[0];
        var read = new KeycloakRealm(
            settings, Of("clients", "clientId", "clients"), Of("clientScopes", "name", "scopes"), Of("users", "username", "users"));
        foreach (var part in objects.Where(part => part != settings))
        {
            part.Skip("realm");
            part.ReportRest("The settings of the realm are those of the file with its clients. It was left out.");
        }

        return read;

        IReadOnlyList<SourceObject> Of(string key, string id, string section) =>
        [
            .. from part in objects
               from item in part.Items(key)
               select new SourceObject($"{section}/{new SourceObject("", item, report).Text(id) ?? "?"}", item, report)
        ];
    }
}
