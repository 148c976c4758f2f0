using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>A digest as the files write it: <c>sha256:BASE64</c> or <c>sha512:BASE64</c>.</summary>
internal sealed class DigestJsonConverter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return text is not null && DigestNotation.IsDigest(text)
            ? Convert.FromBase64String(text[DigestNotation.Sha256.Length..])
            : throw new JsonException("A stored digest begins with sha256: or sha512:.");
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        writer.WriteStringValue(DigestNotation.Of(value));
}

/// <summary>A duration as the files write it.</summary>
internal sealed class DurationJsonConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Duration.Parse(reader.GetString() ?? "") ?? throw new JsonException("A stored duration is not in the notation of the files.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Duration.Format(value));
}

/// <summary>An enumeration as the files write it.</summary>
internal sealed class SnakeCaseJsonConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
