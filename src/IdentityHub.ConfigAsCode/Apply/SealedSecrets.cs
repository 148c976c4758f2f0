using System.Security.Cryptography;
using System.Text.Json.Nodes;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Rewrapping;

namespace IdentityHub.ConfigAsCode;

/// <summary>The secrets in the applied configuration, which are wrapped with the key-protection key inside its documents.</summary>
internal static class SealedSecrets
{
    private const string Table = "config_objects";
    private const string ReadSql = "SELECT kind, name, document FROM config_objects ORDER BY kind, name";

    /// <summary>Looks at each secret, and wraps anew what another key has wrapped; no configuration is applied meanwhile.</summary>
    /// <param name="onlyCounts">True: nothing is written.</param>
    public static async Task<WrappedValues> RewrapAsync(
        HubDatabase database, KeyProtector protector, bool onlyCounts, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginLockedAsync(ConfigApplier.LockName, cancellationToken);
        var rows = await transaction.Call(ReadSql).ListAsync(
            static row => (Kind: row.Text("kind"), Name: row.Text("name"), Document: row.Text("document")), cancellationToken);
        var total = new WrappedValues(Table, 0, 0, 0);
        foreach (var row in rows.Where(static row => row.Document.Contains(SealedSecretJsonConverter.Prefix, StringComparison.Ordinal)))
        {
            var document = JsonNode.Parse(row.Document)!;
            var found = Rewrap(document, protector);
            total = new WrappedValues(
                Table, total.Values + found.Values, total.Others + found.Others, total.Unreadable + found.Unreadable);
            if (found.Others > 0 && !onlyCounts)
                await transaction
                    .Call($"UPDATE config_objects SET document = {database.JsonParameter(1)} WHERE kind = $2 AND name = $3")
                    .With(document.ToJsonString()).With(row.Kind).With(row.Name)
                    .ExecuteAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return total;
    }

    private static WrappedValues Rewrap(JsonNode document, KeyProtector protector)
    {
        var (values, others, unreadable) = (0, 0, 0);
        foreach (var text in ValuesOf(document).ToList())
        {
            values++;
            try
            {
                var wrapped = Convert.FromBase64String(text.GetValue<string>()[SealedSecretJsonConverter.Prefix.Length..]);
                if (protector.Rewrap(SealedSecretJsonConverter.Purpose, wrapped) is not { } anew)
                    continue;
                others++;
                text.ReplaceWith(SealedSecretJsonConverter.Prefix + Convert.ToBase64String(anew));
            }
            catch (Exception failure) when (failure is CryptographicException or FormatException)
            {
                unreadable++;
            }
        }

        return new WrappedValues(Table, values, others, unreadable);
    }

    private static IEnumerable<JsonValue> ValuesOf(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => ValuesOf(member.Value)),
        JsonArray items => items.SelectMany(ValuesOf),
        JsonValue value when value.TryGetValue<string>(out var text)
            && text.StartsWith(SealedSecretJsonConverter.Prefix, StringComparison.Ordinal)
            && KeyProtector.MayBeWrapped(text[SealedSecretJsonConverter.Prefix.Length..]) => [value],
        _ => [],
    };
}
