using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.ConfigAsCode;

/// <summary>Reads the applied configuration back for the server's memory.</summary>
public sealed class ConfigObjectReader(HubDatabase database, KeyProtector protector)
{

    // One statement, so that objects and generation are of one moment.
    private const string ReadSql =
        $"""
        SELECT o.kind, o.name, o.document, o.source_file, o.source_line, g.hash
        FROM ({ConfigPlanner.ReadGenerationSql}) g LEFT JOIN config_objects o ON o.kind <> '{ConfigKind.Users}'
        ORDER BY o.kind, o.name
        """;

    private readonly ConfigJson _json = new(ConfigObjectWriter.OptionsWith(new SealedSecretJsonConverter(protector)));

    /// <summary>Hash of the generation in force, without reading the objects; null when nothing was applied yet.</summary>
    public Task<string?> ReadGenerationAsync(CancellationToken cancellationToken) =>
        database.Call(ConfigPlanner.ReadGenerationSql).FirstOrNullAsync(static row => row.Text(), cancellationToken);

    /// <summary>All objects, each section in the order of names.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A tenant's key was wrapped with another key-protection
    /// key.</exception>
    public async Task<ConfigSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var generation = "";
        var rows = await database.Call(ReadSql).ListAsync(
            row =>
            {
                generation = row.Text("hash");
                return row.TextOrNull("kind") is { } kind
                    ? new StoredObject(
                        kind, row.Text("name"), row.Text("document"),
                        row.TextOrNull("source_file") is { } file ? new(file, row.Int("source_line")) : null)
                    : null;
            },
            cancellationToken);
        var sections = rows.OfType<StoredObject>().ToLookup(row => row.Kind, StringComparer.Ordinal);
        return new(DocumentOf(sections), generation);
    }

    private ConfigDocument DocumentOf(ILookup<string, StoredObject> sections) => new()
    {
        Clients = Read(sections[ConfigKind.Clients], _json.ClientDefinition),
        Scopes = Read(sections[ConfigKind.Scopes], _json.ScopeDefinition),
        Claims = Read(sections[ConfigKind.Claims], _json.ClaimDefinition),
        UserAttributes = Read(sections[ConfigKind.UserAttributes], _json.UserAttributeDefinition),
        ApiResources = Read(sections[ConfigKind.ApiResources], _json.ApiResourceDefinition),
        Organizations = Read(sections[ConfigKind.Organizations], _json.OrganizationDefinition),
        Roles = Read(sections[ConfigKind.Roles], _json.RoleDefinition),
        ApiKeys = Read(sections[ConfigKind.ApiKeys], _json.ApiKeyDefinition),
        Tenants = Read(sections[ConfigKind.Tenants], _json.TenantDefinition),
        Dialects = ReadDialects(sections[ConfigKind.Dialects].ToDictionary(row => row.Name, StringComparer.Ordinal)),
    };

    private DialectsDefinition ReadDialects(Dictionary<string, StoredObject> rows) => DialectSections.Read((name, type) =>
        rows.TryGetValue(name, out var row)
            ? (DialectDefinition)JsonSerializer.Deserialize(row.Document, _json.GetTypeInfo(type)!)! with { Source = row.Source }
            : null);

    private static T[] Read<T>(IEnumerable<StoredObject> rows, JsonTypeInfo<T> type)
        where T : ConfigDefinition => [.. rows.Select(row => Read(row, type))];

    private static T Read<T>(StoredObject row, JsonTypeInfo<T> type)
        where T : ConfigDefinition => JsonSerializer.Deserialize(row.Document, type)! with { Source = row.Source };

    private sealed record StoredObject(string Kind, string Name, string Document, ConfigSource? Source);
}
