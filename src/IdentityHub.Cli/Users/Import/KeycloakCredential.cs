using System.Globalization;
using System.Text.Json;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users.Import;

/// <summary>
/// A password of a Keycloak realm export as JSON: <c>credentialData</c> and <c>secretData</c>, each an object or the text of one, or the
/// members of both in one object. Algorithms <c>pbkdf2</c>, <c>pbkdf2-sha256</c>, <c>pbkdf2-sha512</c> and <c>argon2</c>.
/// </summary>
internal static class KeycloakCredential
{
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };

    /// <summary>The hash in the form that is stored.</summary>
    /// <returns>The hash, or what is wrong, as the end of a sentence that begins with "it".</returns>
    public static (string? Hash, string? Fault) Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Shallow);
            var root = document.RootElement;
            using var credential = Part(root, "credentialData");
            using var secret = Part(root, "secretData");
            return Read(credential?.RootElement ?? root, secret?.RootElement ?? root);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            // Without the parser's own words: they quote the text.
            return (null, "is JSON, but no password of Keycloak: credentialData and secretData must be there");
        }
    }

    private static (string? Hash, string? Fault) Read(JsonElement credential, JsonElement secret)
    {
        if (Text(credential, "algorithm") is not { } algorithm || Number(credential, "hashIterations") is not { } iterations
            || Text(secret, "salt") is not { } salt || Text(secret, "value") is not { } value)
        {
            return (null, "is JSON without one of 'algorithm', 'hashIterations', 'salt' and 'value', which a password of Keycloak has");
        }

        var (saltBytes, digest) = (Convert.FromBase64String(salt), Convert.FromBase64String(value));
        return algorithm switch
        {
            "pbkdf2" => (PasswordHashText.Pbkdf2("sha1", iterations, saltBytes, digest), null),
            "pbkdf2-sha256" => (PasswordHashText.Pbkdf2("sha256", iterations, saltBytes, digest), null),
            "pbkdf2-sha512" => (PasswordHashText.Pbkdf2("sha512", iterations, saltBytes, digest), null),
            "argon2" => Argon2(credential, iterations, saltBytes, digest),
            _ => (null, "has an algorithm of Keycloak that cannot be checked; pbkdf2, pbkdf2-sha256, pbkdf2-sha512 and argon2 can"),
        };
    }

    private static (string? Hash, string? Fault) Argon2(JsonElement credential, int passes, byte[] salt, byte[] digest)
    {
        _ = credential.TryGetProperty("additionalParameters", out var more);
        var version = First(more, "version") switch
        {
            "1.3" => 19,
            "1.0" => 16,
            _ => (int?)null,
        };
        return
            version is { } known
            && First(more, "type") is "id" or "i" or "d"
            && int.TryParse(First(more, "memory"), NumberStyles.None, CultureInfo.InvariantCulture, out var memory)
            && int.TryParse(First(more, "parallelism"), NumberStyles.None, CultureInfo.InvariantCulture, out var lanes)
            ? (PasswordHashText.Argon2(First(more, "type")!, known, memory, passes, lanes, salt, digest), null)
            : (null, "has no 'version', 'type', 'memory' and 'parallelism' of Argon2 in its additionalParameters");
    }

    private static JsonDocument? Part(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var part))
            return null;
        return JsonDocument.Parse(part.ValueKind == JsonValueKind.String ? part.GetString()! : part.GetRawText(), Shallow);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
        && number > 0
            ? number
            : null;

    // Keycloak writes each as an array of one text.
    private static string? First(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var values)
        && values.ValueKind == JsonValueKind.Array
        && values.GetArrayLength() > 0
            ? values[0].GetString()
            : null;
}
