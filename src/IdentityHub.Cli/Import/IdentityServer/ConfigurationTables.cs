using System.Globalization;
using System.Text.Json;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>The tables of the configuration store of IdentityServer4, Open.IdentityServer and Duende IdentityServer.</summary>
internal static class ConfigurationTables
{
    // Without one of them something would be missing without a word. Later versions add tables and columns.
    private static readonly string[] Needed =
    [
        "Clients", "ClientSecrets", "ClientGrantTypes", "ClientRedirectUris", "ClientPostLogoutRedirectUris", "ClientCorsOrigins",
        "ClientScopes", "ApiScopes", "ApiResources", "IdentityResources",
    ];

    // What is not read, and what to know of it.
    private static readonly (string Table, string Advice)[] LeftOut =
    [
        ("IdentityProviders", "This server has no sign-in at other providers. They were left out."),
        ("SamlServiceProviders", "Only OpenID Connect and OAuth are spoken here. They were left out."),
        ("Keys", "Signing keys were left out. To keep tokens valid that were issued, publish the public keys: hub keys import."),
        ("PersistedGrants", SignedOut), ("DeviceCodes", SignedOut), ("ServerSideSessions", SignedOut),
    ];

    private const string SignedOut = "Tokens, consents and sessions were left out: users log in again.";

    /// <exception cref="CommandException">It is no such database, or a table is missing.</exception>
    public static async Task<ConfigurationSource> ReadAsync(
        SourceDatabase database, ImportReport report, CancellationToken cancellationToken)
    {
        if (Needed.Where(table => !database.Has(table)).ToList() is { Count: > 0 } missing)
            throw await MissingAsync(database, missing, cancellationToken);
        foreach (var (table, advice) in LeftOut)
        {
            if (await database.CountAsync(table, cancellationToken) is > 0 and var count)
                report.Add("database", table, string.Create(CultureInfo.InvariantCulture, $"{count} row{(count == 1 ? "" : "s")}"), advice);
        }

        return new ConfigurationSource(
            await ReadClientsAsync(), await ReadApiScopesAsync(), await ReadApiResourcesAsync(), await ReadIdentityResourcesAsync());

        async Task<IReadOnlyList<SourceObject>> ReadClientsAsync()
        {
            var rows = await database.ReadAsync(cancellationToken, "Clients");
            await AddTextsAsync(rows, "AllowedGrantTypes", "ClientId", "GrantType", "ClientGrantTypes");
            await AddTextsAsync(rows, "RedirectUris", "ClientId", "RedirectUri", "ClientRedirectUris");
            await AddTextsAsync(
                rows, "PostLogoutRedirectUris", "ClientId", "PostLogoutRedirectUri", "ClientPostLogoutRedirectUris");
            await AddTextsAsync(rows, "AllowedCorsOrigins", "ClientId", "Origin", "ClientCorsOrigins");
            await AddTextsAsync(rows, "AllowedScopes", "ClientId", "Scope", "ClientScopes");
            await AddTextsAsync(rows, "IdentityProviderRestrictions", "ClientId", "Provider", "ClientIdPRestrictions");
            await AddRowsAsync(rows, "ClientSecrets", "ClientId", "ClientSecrets");
            await AddRowsAsync(rows, "Claims", "ClientId", "ClientClaims");
            await AddPropertiesAsync(rows, "ClientId", "ClientProperties");
            return Objects(rows, "clients", "ClientId");
        }

        async Task<IReadOnlyList<SourceObject>> ReadApiScopesAsync()
        {
            var rows = await database.ReadAsync(cancellationToken, "ApiScopes");
            var column = (await database.ReadAsync(cancellationToken, "ApiScopeClaims")) is [var first, ..]
                && !first.Values.ContainsKey("ScopeId") ? "ApiScopeId" : "ScopeId";
            await AddTextsAsync(rows, "UserClaims", column, "Type", "ApiScopeClaims");
            await AddPropertiesAsync(rows, "ScopeId", "ApiScopeProperties");
            return Objects(rows, "scopes", "Name");
        }

        async Task<IReadOnlyList<SourceObject>> ReadApiResourcesAsync()
        {
            var rows = await database.ReadAsync(cancellationToken, "ApiResources");

            // Before version 4 a scope belonged to one resource.
            if (database.Has("ApiResourceScopes"))
                await AddTextsAsync(rows, "Scopes", "ApiResourceId", "Scope", "ApiResourceScopes");
            else
                await AddTextsAsync(rows, "Scopes", "ApiResourceId", "Name", "ApiScopes");
            await AddTextsAsync(rows, "UserClaims", "ApiResourceId", "Type", "ApiResourceClaims", "ApiClaims");
            await AddRowsAsync(rows, "ApiSecrets", "ApiResourceId", "ApiResourceSecrets", "ApiSecrets");
            await AddPropertiesAsync(rows, "ApiResourceId", "ApiResourceProperties", "ApiProperties");
            return Objects(rows, "api_resources", "Name");
        }

        async Task<IReadOnlyList<SourceObject>> ReadIdentityResourcesAsync()
        {
            var rows = await database.ReadAsync(cancellationToken, "IdentityResources");
            await AddTextsAsync(rows, "UserClaims", "IdentityResourceId", "Type", "IdentityResourceClaims", "IdentityClaims");
            await AddPropertiesAsync(rows, "IdentityResourceId", "IdentityResourceProperties", "IdentityProperties");
            return Objects(rows, "scopes", "Name");
        }

        async Task AddTextsAsync(List<SourceRow> rows, string key, string owner, string column, params IReadOnlyList<string> tables)
        {
            var children = (await database.ReadAsync(cancellationToken, tables)).ToLookup(child => child[owner], child => child[column]);
            foreach (var row in rows)
                row.Values[key] = children[row["Id"]].OfType<string>().ToArray();
        }

        async Task AddRowsAsync(List<SourceRow> rows, string key, string owner, params IReadOnlyList<string> tables)
        {
            var children = (await database.ReadAsync(cancellationToken, tables)).ToLookup(child => child[owner], child => child.Values);
            foreach (var row in rows)
                row.Values[key] = children[row["Id"]].ToArray();
        }

        async Task AddPropertiesAsync(List<SourceRow> rows, string owner, params IReadOnlyList<string> tables)
        {
            var children = (await database.ReadAsync(cancellationToken, tables)).ToLookup(child => child[owner]);
            foreach (var row in rows)
                row.Values["Properties"] = children[row["Id"]].DistinctBy(child => child["Key"])
                    .ToDictionary(child => child["Key"] ?? "", child => child["Value"]);
        }

        IReadOnlyList<SourceObject> Objects(List<SourceRow> rows, string section, string id) =>
            [.. rows.Select(row => ConfigurationSource.New(section, id, JsonSerializer.SerializeToElement(row.Values), report))];
    }

    private static async Task<CommandException> MissingAsync(
        SourceDatabase database, List<string> missing, CancellationToken cancellationToken)
    {
        if (missing.Count < Needed.Length)
            return new CommandException(
                $"The database lacks tables of the configuration of IdentityServer: {string.Join(", ", missing)}. Nothing was imported, "
                    + "because what is in them would be missing.");
        var schemas = await database.FindSchemasAsync(Needed[0], cancellationToken);
        return new CommandException(
            schemas.Count > 0
                ? $"The tables of IdentityServer are in the schema {string.Join(" or ", schemas.Select(schema => $"'{schema}'"))}: name "
                    + "it with --schema."
                : "The database holds no configuration of IdentityServer: there is no table 'Clients', nor any other of it. Its "
                    + "configuration may be in another database, or in appsettings.json (--appsettings).");
    }
}
