using System.Text.Json;
using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>Reads what the administration API made.</summary>
public sealed class MadeObjectsReader(HubDatabase database)
{
    private const string ReadSql = "SELECT kind, name, document FROM config_objects WHERE source_file IS NULL ORDER BY kind, name";

    /// <summary>The names of all objects that no file owns.</summary>
    public async Task<MadeObjects> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await database.Call(ReadSql).ListAsync(
            static row => (Kind: row.Text("kind"), Name: row.Text("name"), Document: row.Text("document")), cancellationToken);
        return new(
            rows.ToLookup(row => row.Kind, row => row.Name, StringComparer.Ordinal),
            [
                .. rows.Where(row => row.Kind is ConfigKind.Scopes or ConfigKind.ApiResources)
                    .SelectMany(row => ClaimsIn(row.Document))
                    .Distinct(StringComparer.Ordinal)
            ]);
    }

    private static IEnumerable<string> ClaimsIn(string document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.TryGetProperty("claims", out var claims)
            ? [.. claims.EnumerateArray().Select(claim => claim.GetString()!)]
            : [];
    }
}
