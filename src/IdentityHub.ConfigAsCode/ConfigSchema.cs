using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>The JSON schema of the files, made from the same types that read them.</summary>
public static class ConfigSchema
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Draft 2020-12, indented, with a line feed at the end: what <c>config/schema.json</c> holds.</summary>
    public static string Generate()
    {
        var definitions = new SchemaDefinitions();
        var root = ObjectShape.Of(typeof(ConfigDocument)).Describe(definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "IdentityHub configuration",
        };
        foreach (var (name, value) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = value;
        }

        schema["$defs"] = definitions.ToJson();
        return schema.ToJsonString(s_options).ReplaceLineEndings("\n") + "\n";
    }
}
