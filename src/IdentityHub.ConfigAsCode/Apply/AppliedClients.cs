using System.Text.Json;
using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>A client as it is applied.</summary>
/// <param name="Keys">Each key that does not have its default; secrets are named by their place only.</param>
public sealed record AppliedClient(ClientDefinition Definition, DateTimeOffset UpdatedAt, IReadOnlyList<KeyChange> Keys);

/// <summary>Reads single clients of the applied configuration.</summary>
public sealed class AppliedClients(HubDatabase database)
{
    private const string FindSql =
        "SELECT document, source_file, source_line, updated_at FROM config_objects WHERE kind = 'clients' AND name = $1";
    private const string NamesSql = "SELECT name FROM config_objects WHERE kind = 'clients'";

    /// <summary>The client; null where none has the id.</summary>
    public Task<AppliedClient?> FindAsync(string clientId, CancellationToken cancellationToken) =>
        database.Call(FindSql).With(clientId).FirstOrNullAsync(
            static row =>
            {
                using var document = JsonDocument.Parse(row.Text("document"));
                var definition = document.Deserialize(ConfigJson.Default.ClientDefinition)!;
                return new AppliedClient(
                    definition with { Source = row.TextOrNull("source_file") is { } file ? new(file, row.Int("source_line")) : null },
                    row.Time("updated_at"),
                    DocumentDiff.Between(typeof(ClientDefinition), null, document.RootElement));
            },
            cancellationToken);

    /// <summary>The id that was probably meant; null where none is near.</summary>
    public async Task<string?> SuggestAsync(string clientId, CancellationToken cancellationToken) =>
        Suggestion.For(clientId, await database.Call(NamesSql).ListAsync(static row => row.Text(), cancellationToken));
}
