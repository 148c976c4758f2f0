using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.ConfigAsCode;

/// <summary>Shows a row as a body writes it, and knows its secrets again when the body comes back.</summary>
internal sealed class ObjectForm
{
    private const int IdBytes = 16;

    private readonly KeyProtector _protector;
    private readonly ConfigObjectWriter _writer;
    private readonly FileForm _form;
    private readonly byte[] _secretKey;
    private readonly byte[] _tagKey;

    public ObjectForm(KeyProtector protector, ConfigObjectWriter writer)
    {
        (_protector, _writer) = (protector, writer);
        _secretKey = protector.DeriveKey("config-stored-secret");
        _tagKey = protector.DeriveKey("config-etag");
        _form = new FileForm((stored, _, _) => SentSecrets.Stored + IdOf(_secretKey, stored), isComplete: true);
    }

    /// <summary>The object of a row; null for an object of another version.</summary>
    public AppliedObject? Of(ConfigRow row)
    {
        if (_writer.DefinitionOf(row) is not { } definition)
            return null;
        using var document = Fingerprint(row);
        return new(row.Kind, row.Name, TagOf(row), definition, row.UpdatedAt)
        {
            Form = _form.Of(definition.GetType(), document.RootElement, ""),
        };
    }

    /// <summary>A dialect that was never set, which is off.</summary>
    public AppliedObject OfUnset(string kind, string name, Type type)
    {
        using var nothing = JsonDocument.Parse("{}");
        return new(kind, name, IdOf(_tagKey, $"{kind}\0{name}"), (ConfigDefinition)Activator.CreateInstance(type)!, UpdatedAt: null)
        {
            Form = _form.Of(type, nothing.RootElement, ""),
        };
    }

    /// <summary>The secrets of a row by the ids that <see cref="Of"/> shows.</summary>
    public Dictionary<string, Func<object>> SecretsOf(ConfigRow? row)
    {
        var found = new Dictionary<string, Func<object>>(StringComparer.Ordinal);
        if (row is null || ConfigKind.TypeOf(row.Kind, row.Name) is not { } type)
            return found;
        using var fingerprint = Fingerprint(row);
        using var document = JsonDocument.Parse(row.Document);
        Collect(ObjectShape.Of(type), fingerprint.RootElement, document.RootElement, found);
        return found;
    }

    // Keyed, so that guesses at a secret cannot be tried against the tag.
    private string TagOf(ConfigRow row) => IdOf(
        _tagKey,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Kind}\0{row.Name}\0{row.Source?.File}\0{row.Source?.Line}\0{row.UpdatedAt.UtcTicks}\0")
            + Convert.ToBase64String(row.Digest));

    private JsonDocument Fingerprint(ConfigRow row) => JsonDocument.Parse(
        _writer.FingerprintOf(row) ?? throw new InvalidDataException($"The stored document of {row.Kind}/{row.Name} cannot be read."));

    private void Collect(ValueShape shape, JsonElement fingerprint, JsonElement stored, Dictionary<string, Func<object>> found)
    {
        switch (shape)
        {
            case ObjectShape mapping:
                foreach (var key in mapping.Keys)
                {
                    if (fingerprint.TryGetProperty(key.Name, out var hash) && stored.TryGetProperty(key.Name, out var value))
                        Collect(key.Value, hash, value, found);
                }

                break;
            case ListShape list:
                foreach (var (hash, value) in fingerprint.EnumerateArray().Zip(stored.EnumerateArray()))
                    Collect(list.Item, hash, value, found);
                break;
            case DigestShape when stored.GetString() is { } digest:
                found[IdOf(_secretKey, fingerprint.GetString()!)] =
                    () => Convert.FromBase64String(digest[DigestNotation.Sha256.Length..]);
                break;
            case ClearSecretShape when stored.GetString() is { } wrapped:
                found[IdOf(_secretKey, fingerprint.GetString()!)] = () => new ClearSecret(
                    Encoding.UTF8.GetString(
                        _protector.Unwrap(
                            SealedSecretJsonConverter.Purpose,
                            Convert.FromBase64String(wrapped[SealedSecretJsonConverter.Prefix.Length..]))));
                break;
        }
    }

    private static string IdOf(byte[] key, string text) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, IdBytes));
}
