using System.Text.Json.Nodes;
using IdentityHub.Server.Http.Fields;
using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>Fields as JSON schemas, and as examples.</summary>
internal static class FieldSchema
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

    /// <summary>The field's own example, or one made of its members'; null where there is none.</summary>
    public static JsonNode? ExampleOf(Field field) =>
        field.Example is { } example ? JsonNode.Parse(example) : field.Type == FieldType.Object ? ExampleOf(field.Members) : null;

    /// <summary>An object of the examples that there are; null where there are none.</summary>
    public static JsonObject? ExampleOf(IReadOnlyList<Field> fields)
    {
        var example = new JsonObject();
        foreach (var field in fields)
        {
            if (ExampleOf(field) is { } value)
                example[field.Name] = value;
        }

        return example.Count > 0 ? example : null;
    }
}
