using System.Text.Json;
using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>Reads of the applied configuration which attributes users can have.</summary>
public sealed class AppliedAttributes(HubDatabase database)
{
    private const string ReadSql = "SELECT document FROM config_objects WHERE kind = 'user_attributes' ORDER BY name";

    /// <summary>The attributes; none where nothing was applied yet.</summary>
    public async Task<AttributeSchema> ReadAsync(CancellationToken cancellationToken) =>
        new(
            await database.Call(ReadSql).ListAsync(
                static row => JsonSerializer.Deserialize(row.Text("document"), ConfigJson.Default.UserAttributeDefinition)!,
                cancellationToken));
}
