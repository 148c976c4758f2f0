using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.ConfigAsCode;

/// <summary>An object as the files want it to be.</summary>
/// <param name="Fingerprint">The definition as JSON; secrets that are kept are digests, others a keyed hash.</param>
/// <param name="Digest">SHA-256 of <paramref name="Fingerprint"/>: equal digests, nothing to do.</param>
internal sealed record DesiredObject(string Kind, string Name, ConfigDefinition Definition, string Fingerprint, byte[] Digest);

/// <summary>Turns definitions into what is stored.</summary>
internal sealed class ConfigObjectWriter(KeyProtector protector)
{
    private readonly ConfigJson _fingerprints = new(OptionsWith(new SecretFingerprintJsonConverter(protector)));
    private readonly ConfigJson _sealed = new(OptionsWith(new SealedSecretJsonConverter(protector)));

    /// <summary>Every object of the document.</summary>
    public List<DesiredObject> Write(ConfigDocument document)
    {
        var objects = new List<DesiredObject>();
        foreach (var kind in ConfigKind.All)
        {
            foreach (var (name, definition) in kind.ObjectsOf(document))
            {
                objects.Add(Write(kind.Name, name, definition));
            }
        }

        return objects;
    }

    /// <summary>One object.</summary>
    public DesiredObject Write(string kind, string name, ConfigDefinition definition)
    {
        var fingerprint = JsonSerializer.Serialize(definition, definition.GetType(), _fingerprints);
        return new(kind, name, definition, fingerprint, SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)));
    }

    /// <summary>The fingerprint of what is stored, as UTF-8; null where the stored document cannot be read.</summary>
    public byte[]? FingerprintOf(ConfigRow row)
    {
        try
        {
            if (row.Kind == ConfigKind.Tenants)
                return JsonSerializer.SerializeToUtf8Bytes(
                    JsonSerializer.Deserialize(row.Document, _sealed.TenantDefinition)!, _fingerprints.TenantDefinition);
            JsonDocument.Parse(row.Document).Dispose();
            return Encoding.UTF8.GetBytes(row.Document);
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>
    /// The definition of a row, without a user's password, which is not stored; null for an object of another version.
    /// </summary>
    /// <exception cref="InvalidDataException">What is stored cannot be read.</exception>
    public ConfigDefinition? DefinitionOf(ConfigRow row)
    {
        if (ConfigKind.TypeOf(row.Kind, row.Name) is not { } type)
            return null;
        try
        {
            var json = row.Kind == ConfigKind.Users ? _fingerprints : _sealed;
            return (ConfigDefinition)JsonSerializer.Deserialize(row.Document, json.GetTypeInfo(type)!)! with { Source = row.Source };
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or CryptographicException)
        {
            throw new InvalidDataException($"The stored document of {row.Kind}/{row.Name} cannot be read.", unreadable);
        }
    }

    /// <summary>The whole definition with what is secret wrapped, for a plan that is kept in a file.</summary>
    public JsonElement Seal(ConfigDefinition definition) => JsonSerializer.SerializeToElement(definition, definition.GetType(), _sealed);

    /// <summary>The definition that <see cref="Seal"/> wrote.</summary>
    public ConfigDefinition Unseal(JsonElement document, Type type, ConfigSource? source) =>
        (ConfigDefinition)JsonSerializer.Deserialize(document, _sealed.GetTypeInfo(type)!)! with { Source = source };

    /// <summary>The document to store. A tenant's keys are needed again and are wrapped; a user's password is not.</summary>
    public string DocumentOf(DesiredObject desired) =>
        desired.Definition is TenantDefinition tenant ? JsonSerializer.Serialize(tenant, _sealed.TenantDefinition) : desired.Fingerprint;

    /// <summary>Options as <see cref="ConfigJson"/> states them, with a way of writing secrets before the one that refuses.</summary>
    internal static JsonSerializerOptions OptionsWith(JsonConverter converter)
    {
        var options = new JsonSerializerOptions(ConfigJson.Default.Options) { TypeInfoResolver = null };
        options.Converters.Insert(0, converter);
        return options;
    }
}
