using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IdentityHub.Server.Http.Fields;
using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>Fields as JSON schemas, and as examples.</summary>
internal static partial class FieldSchema
{
    /// <param name="isPatch">True: nothing is required, and null clears what is not.</param>
    /// <param name="isClosed">True: other members are refused.</param>
    public static OpenApiSchema OfObject(IReadOnlyList<Field> fields, bool isPatch = false, bool isClosed = false) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = fields.ToDictionary(field => field.Name, IOpenApiSchema (field) => Of(field, isPatch, isClosed)),
        Required = isPatch ? null : fields.Where(field => field.IsRequired).Select(field => field.Name).ToHashSet(StringComparer.Ordinal),
        AdditionalPropertiesAllowed = !isClosed,
    };

    public static OpenApiSchema Of(Field field, bool isPatch = false, bool isClosed = false)
    {
        var schema = field.Type switch
        {
            FieldType.Object => OfObject(field.Members, isPatch, isClosed),
            FieldType.OpenObject => new OpenApiSchema { Type = JsonSchemaType.Object },
            FieldType.List => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items =
                    field.Members.Count > 0
                        ? OfObject(field.Members, isPatch, isClosed)
                        : new OpenApiSchema { Type = JsonSchemaType.String },
            },
            FieldType.Number => new OpenApiSchema { Type = JsonSchemaType.Integer },
            FieldType.Any => new OpenApiSchema(),
            FieldType.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            _ => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format = field.Format,
                Pattern = field.Pattern,
                MinLength = field.MinLength > 1 ? field.MinLength : null,
                MaxLength = field.MaxLength,
            },
        };
        schema.Description = field.Description;

        // The page fills the fields of a form with these; it passes the example of the whole body over there.
        if (field.Example is { } example)
            schema.Examples = [JsonNode.Parse(example)!];
        if (field.MayBeNull || (isPatch && !field.IsRequired))
            schema.Type |= JsonSchemaType.Null;
        return schema;
    }

    /// <summary>The field's own example; null where there is none.</summary>
    public static JsonNode? ExampleOf(Field field) => field.Example is { } example ? JsonNode.Parse(example) : null;

    /// <summary>An object of what has an example and of what has to be there; it has no faults by the schema.</summary>
    public static JsonObject SampleOf(IReadOnlyList<Field> fields)
    {
        var sample = new JsonObject();
        foreach (var field in fields)
        {
            if (field.Example is not null || field.IsRequired || field is { Type: FieldType.Object, Members.Count: > 0 })
                sample[field.Name] = SampleOf(field);
        }

        return sample;
    }

    /// <summary>The field's own example, or a value of its type; a text that only the reader knows is its name in capitals.</summary>
    public static JsonNode? SampleOf(Field field) => ExampleOf(field) is { } example ? example
        : field.MayBeNull ? null
        : field.Type switch
        {
            FieldType.Object => SampleOf(field.Members),
            FieldType.OpenObject => new JsonObject(),
            FieldType.Number => 1,
            FieldType.Flag => true,
            FieldType.List when field.Members.Count > 0 => new JsonArray(SampleOf(field.Members)),
            FieldType.List => new JsonArray(PlaceholderOf(field.Name)),
            _ => field.Format switch
            {
                "uuid" => "11111111-1111-4111-8111-111111111111",
                "date-time" => "2026-01-26T14:54:46Z",
                "date" => "2026-01-26",
                "email" => "someone@example.com",
                "uri" => "https://app.example.com/",
                _ => PlaceholderOf(field.Name),
            },
        };

    /// <summary><c>sessionId</c> and <c>session_id</c> alike are SESSION_ID, <c>Client-Token</c> is CLIENT_TOKEN.</summary>
    public static string PlaceholderOf(string name) => NameParts().Replace(name, "$1_").Replace('-', '_').ToUpperInvariant();

    [GeneratedRegex("([a-z0-9])(?=[A-Z])")]
    private static partial Regex NameParts();
}
