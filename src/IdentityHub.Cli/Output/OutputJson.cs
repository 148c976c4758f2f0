using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdentityHub.Cli.Output;

/// <summary>How every command writes JSON.</summary>
internal static class OutputJson
{
    /// <summary>A document for people and programs: indented.</summary>
    public static JsonSerializerOptions Indented { get; } = New(indented: true);

    /// <summary>One line, for answers that go on, such as followed rows.</summary>
    public static JsonSerializerOptions Line { get; } = New(indented: false);

    private static JsonSerializerOptions New(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        WriteIndented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
