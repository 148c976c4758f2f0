using System.Text.Json.Nodes;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// Examples work on the configuration that the repository ships. Outside Development they name no user and prove nothing: a sample that is
/// copied must not guess at an account, make one, or publish a secret of the demo configuration.
/// </summary>
internal static class DemoValues
{
    private static readonly HashSet<string> NamesOfSomebody =
        ["client_id", "hash", "username", "userName", "user_name", "user_id", "userId", "email", "phone", "phone_number"];

    /// <summary>The endpoint as the documentation of this installation shows it.</summary>
    public static EndpointDescription Shown(EndpointDescription endpoint, HubSettings settings) => settings.IsDevelopment
        ? endpoint
        : endpoint with
        {
            Path = Neutral(endpoint.Path),
            Query = Neutral(endpoint.Query),
            Headers = Neutral(endpoint.Headers),
            Body = endpoint.Body is { } body
                ? body with { Fields = Neutral(body.Fields), Example = body.Example is { } example ? Neutral(example, body.Fields) : null }
                : null,
            Answers = [.. endpoint.Answers.Select(answer => answer with { Fields = Neutral(answer.Fields) })],
        };

    private static Field[] Neutral(IReadOnlyList<Field> fields) => [.. fields.Select(Neutral)];

    private static Field Neutral(Field field) =>
        field.Members.Count > 0 ? field with { Members = Neutral(field.Members) }
        : field.Example is not null && IsDemo(field) ? field with { Example = ValueOf(field).ToJsonString() }
        : field;

    private static string Neutral(string example, IReadOnlyList<Field> fields)
    {
        if (JsonNode.Parse(example) is not JsonObject json)
            return example;
        foreach (var field in fields.Where(field => IsDemo(field) && json[field.Name] is JsonValue))
            json[field.Name] = ValueOf(field);
        return json.ToJsonString();
    }

    private static bool IsDemo(Field field) => field.Format == "password" || NamesOfSomebody.Contains(field.Name);

    // An address of a reserved domain (RFC 2606) says more than EMAIL.
    private static JsonNode ValueOf(Field field) =>
        field.Format == "email" ? "someone@example.com" : FieldSchema.PlaceholderOf(field.Name);
}
