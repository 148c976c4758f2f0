using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Writes <c>hmac:BASE64</c>, HMAC-SHA256 under the key-protection key. It tells whether a secret changed. With the database alone, secrets
/// cannot be tried against it. Reads as null.
/// </summary>
internal sealed class SecretFingerprintJsonConverter(KeyProtector protector) : JsonConverter<ClearSecret>
{
    private readonly byte[] _key = protector.DeriveKey("config-fingerprint");

    public override ClearSecret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, ClearSecret value, JsonSerializerOptions options) =>
        writer.WriteStringValue("hmac:" + Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(value.Reveal()))));
}

/// <summary>Writes <c>sealed:BASE64</c>, wrapped with the key-protection key, and reads it back.</summary>
internal sealed class SealedSecretJsonConverter(KeyProtector protector) : JsonConverter<ClearSecret>
{
    /// <summary>What a secret is wrapped for.</summary>
    public const string Purpose = "config-secret";

    /// <summary>What a stored secret begins with.</summary>
    public const string Prefix = "sealed:";

    public override ClearSecret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return text?.StartsWith(Prefix, StringComparison.Ordinal) == true
            ? new(Encoding.UTF8.GetString(protector.Unwrap(Purpose, Convert.FromBase64String(text[Prefix.Length..]))))
            : throw new JsonException("A stored secret begins with sealed:.");
    }

    public override void Write(Utf8JsonWriter writer, ClearSecret value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Prefix + Convert.ToBase64String(protector.Wrap(Purpose, Encoding.UTF8.GetBytes(value.Reveal()))));
}
