using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>Reads of the applied configuration what decides which claims tokens carry.</summary>
public sealed class AppliedClaims(HubDatabase database)
{
    private const string ReadSql =
        """
        SELECT kind, document FROM config_objects
        WHERE kind IN ('claims', 'scopes', 'api_resources', 'user_attributes') ORDER BY kind, name
        """;

    /// <summary>A document with claims, scopes, API resources and user attributes, and nothing else.</summary>
    public async Task<ConfigDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await database
            .Call(ReadSql)
            .ListAsync(static row => (Kind: row.Text("kind"), Document: row.Text("document")), cancellationToken);
        var sections = rows.ToLookup(row => row.Kind, row => row.Document, StringComparer.Ordinal);
        return new ConfigDocument
        {
            Claims = Read(sections[ConfigKind.Claims], ConfigJson.Default.ClaimDefinition),
            Scopes = Read(sections[ConfigKind.Scopes], ConfigJson.Default.ScopeDefinition),
            UserAttributes = Read(sections[ConfigKind.UserAttributes], ConfigJson.Default.UserAttributeDefinition),
            ApiResources = Read(sections[ConfigKind.ApiResources], ConfigJson.Default.ApiResourceDefinition),
        };
    }

    private static T[] Read<T>(IEnumerable<string> documents, JsonTypeInfo<T> type) =>
        [.. documents.Select(document => JsonSerializer.Deserialize(document, type)!)];
}
