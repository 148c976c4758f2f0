using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>The value of a static claim: any JSON but null.</summary>
/// <param name="Json">In the shortest form, so that equal values have equal texts.</param>
[JsonConverter(typeof(ClaimValueJsonConverter))]
public sealed record ClaimValue(string Json)
{
    /// <summary>The longest value, in characters of <see cref="Json"/>.</summary>
    internal const int MaxLength = 2048;

    /// <summary>The value as an element.</summary>
    public JsonElement Element => JsonElement.Parse(Json);

    /// <summary>The value without the blanks that it was written with.</summary>
    public static ClaimValue Of(JsonElement element)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
            element.WriteTo(json);
        return new(Encoding.UTF8.GetString(text.ToArray()));
    }
}

/// <summary>The value itself, wherever it is stored.</summary>
internal sealed class ClaimValueJsonConverter : JsonConverter<ClaimValue>
{
    public override ClaimValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ClaimValue.Of(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, ClaimValue value, JsonSerializerOptions options) => writer.WriteRawValue(value.Json);
}
