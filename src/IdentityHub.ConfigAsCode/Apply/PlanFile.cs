using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// A plan as a file: JSON that can be read, with secrets as digests or wrapped, and a MAC over it (HMAC-SHA256 under a key that is derived
/// from the key-protection key). A plan that was edited, or made with another key file, is refused.
/// </summary>
public sealed class PlanFile(KeyProtector protector)
{
    private const int Format = 1;
    private const string MacPurpose = "config-plan";

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly ConfigObjectWriter _writer = new(protector);

    /// <summary>The text of the file.</summary>
    public string Write(ConfigPlan plan)
    {
        var content = new Content(
            Format, plan.Stage, plan.Generation, plan.State, plan.Repairs, plan.Changes, plan.Kept, plan.Moves,
            [
                .. plan.Writes.Select(written => new Written(
                    written.Kind, written.Name, written.Definition.Source, Convert.ToBase64String(written.Digest),
                    _writer.Seal(written.Definition)))
            ]);
        var text = JsonSerializer.Serialize(content, s_options);
        return $"{{\n\"plan\": {text},\n\"mac\": \"{MacOf(text)}\"\n}}\n";
    }

    /// <exception cref="InvalidDataException">It is no plan, was edited, was made with another key file, or by another version; says
    /// which.</exception>
    public ConfigPlan Read(string text)
    {
        var content = Verified(text);
        var writes = content.Writes.Select(Restore).ToList();
        return new()
        {
            Stage = content.Stage,
            Generation = content.Generation,
            State = content.State,
            Repairs = content.Repairs,
            Changes = content.Changes,
            Kept = content.Kept,
            Moves = content.Moves,
            Writes = writes,
        };
    }

    private Content Verified(string text)
    {
        try
        {
            using var file = JsonDocument.Parse(text);
            if (file.RootElement.ValueKind == JsonValueKind.Object && file.RootElement.TryGetProperty("plan", out var plan)
                && file.RootElement.TryGetProperty("mac", out var mac) && mac.ValueKind == JsonValueKind.String)
            {
                if (!CryptographicOperations.FixedTimeEquals(
                        Encoding.UTF8.GetBytes(mac.GetString()!), Encoding.UTF8.GetBytes(MacOf(plan.GetRawText()))))
                {
                    throw new InvalidDataException(
                        "The plan was edited, or made with another key file than this one. Nothing was changed. Make it again: hub config "
                            + "plan --out FILE");
                }

                if (plan.TryGetProperty("format", out var format)
                    && format.ValueKind == JsonValueKind.Number
                    && format.GetInt32() == Format)
                    return plan.Deserialize<Content>(s_options)!;
                throw OtherVersion();
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidDataException("The file is no plan. Nothing was changed. Make one: hub config plan --out FILE");
    }

    private DesiredObject Restore(Written written)
    {
        var type = ConfigKind.TypeOf(written.Kind, written.Name) ?? throw OtherVersion();
        var restored = _writer.Write(written.Kind, written.Name, _writer.Unseal(written.Document, type, written.Source));
        return Convert.ToBase64String(restored.Digest) == written.Digest ? restored : throw OtherVersion();
    }

    private string MacOf(string text) =>
        "hmac-sha256:" + Convert.ToBase64String(HMACSHA256.HashData(protector.DeriveKey(MacPurpose), Encoding.UTF8.GetBytes(text)));

    private static InvalidDataException OtherVersion() =>
        new("The plan was made by another version of hub. Nothing was changed. Make it again with this one: hub config plan --out FILE");

    private sealed record Content(
        int Format, string Stage, string? Generation, string State, bool Repairs, IReadOnlyList<PlannedChange> Changes,
        IReadOnlyList<ConfigChange> Kept,
        IReadOnlyList<MovedObject> Moves, IReadOnlyList<Written> Writes);

    private sealed record Written(string Kind, string Name, ConfigSource? Source, string Digest, JsonElement Document);
}
