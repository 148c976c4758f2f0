using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Keys;

/// <summary>Public keys as a file holds them: a JWK, a JWKS, or PEM.</summary>
/// <param name="Keys">Each with a <c>kid</c> of its own.</param>
/// <param name="PassedOver">How many keys for encryption the file holds.</param>
internal sealed record PublicKeyFile(IReadOnlyList<JsonWebKey> Keys, int PassedOver)
{
    private const int MaxLength = 1024 * 1024;

    /// <summary>Reads all keys of a file, or none.</summary>
    /// <param name="kid">In place of the one in the file; for a file of one key.</param>
    /// <exception cref="CommandException">It is missing, holds a private key or none at all, or one that cannot be used.</exception>
    public static PublicKeyFile Read(string path, string? kid)
    {
        if (!File.Exists(path))
            throw new CommandException($"The file '{path}' is missing.");
        if (new FileInfo(path).Length > MaxLength)
            throw new CommandException($"The file '{path}' is larger than 1 MiB: it is no file of public keys.");
        var text = File.ReadAllText(path);
        var all = text.AsSpan().TrimStart().StartsWith("{") ? ReadJson(path, text) : [PemPublicKey.Read(path, text)];
        if (all.Exists(JsonWebKey.HasPrivateMember))
            throw PrivateKey(path);

        var signing = all.Where(key => !IsForEncryption(key)).ToList();
        if (signing.Count == 0)
            throw new CommandException($"The file '{path}' holds no key for signatures.");
        if (kid is not null && signing.Count > 1)
            throw new CommandException($"The file '{path}' holds {signing.Count} keys: --kid is for a file of one.");
        var keys = signing.Select((json, index) => Parse(path, json, kid, index + 1)).ToList();
        if (keys.GroupBy(key => key.Kid, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            throw new CommandException($"Two keys in '{path}' have the kid '{twice}'.");
        return new PublicKeyFile(keys, all.Count - signing.Count);
    }

    /// <summary>What is said of a file with a private key.</summary>
    public static CommandException PrivateKey(string path) => new(
        $"The file '{path}' holds a private key. Nothing was imported. Only the public half of a key may be imported: export that one, and "
            + "delete this file where it is not needed.");

    private static List<JsonElement> ReadJson(string path, string text)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new CommandException($"The file '{path}' is no JSON: line {failure.LineNumber + 1} cannot be read.");
        }

        if (!json.TryGetProperty("keys", out var keys))
            return [json];
        return keys.ValueKind == JsonValueKind.Array && keys.EnumerateArray().All(key => key.ValueKind == JsonValueKind.Object)
            ? [.. keys.EnumerateArray()]
            : throw new CommandException($"'keys' in '{path}' must be an array of keys.");
    }

    private static JsonWebKey Parse(string path, JsonElement json, string? kid, int number)
    {
        if (!JsonWebKey.TryParse(json, out var key, out var fault))
            throw new CommandException($"Key {number} in '{path}' cannot be imported. {fault}");
        if (kid is not null)
        {
            var named = JsonObject.Create(json)!;
            named["kid"] = kid;
            if (!JsonWebKey.TryParse(JsonElement.Parse(named.ToJsonString()), out key, out fault))
                throw new CommandException($"Key {number} in '{path}' cannot be imported under this kid. {fault}");
        }

        return key.Kid is { Length: > 0 and <= ImportedKey.MaxKeyIdLength } && !key.Kid.Any(char.IsControl)
            ? key
            : throw new CommandException(
                $"The kid of key {number} in '{path}' must be 1 to {ImportedKey.MaxKeyIdLength} characters without control characters.");
    }

    private static bool IsForEncryption(JsonElement key) =>
        key.TryGetProperty("use", out var use) && use.ValueKind == JsonValueKind.String && use.ValueEquals("enc");
}
