using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>
/// A call as a reader of the documentation would make it, made of the description of its endpoint. What only the reader knows is written in
/// capitals: <c>ACCESS_TOKEN</c>, <c>USER_ID</c>.
/// </summary>
/// <param name="Method">The verb.</param>
/// <param name="Url">With its query.</param>
internal sealed record SampleRequest(string Method, string Url)
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>User name and password of HTTP Basic; null for none.</summary>
    public (string UserName, string Password)? Basic { get; private init; }

    /// <summary>Without those that the body brings.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; private init; } = [];

    /// <summary>Fields of a form; null for none.</summary>
    public IReadOnlyList<(string Name, string Value)>? Form { get; private init; }

    /// <summary>A JSON body; null for none.</summary>
    public JsonNode? Json { get; private init; }

    /// <summary>Of the JSON body.</summary>
    public string JsonMediaType { get; private init; } = "application/json";

    /// <summary>True where the good answer is JSON.</summary>
    public bool AnswersJson { get; private init; }

    /// <summary>The JSON body over several lines.</summary>
    public string JsonText => Json!.ToJsonString(Readable);

    /// <summary>The form as it is sent.</summary>
    public string FormText =>
        string.Join('&', Form!.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));

    /// <summary>The call of an endpoint.</summary>
    /// <param name="server">Base address, without a slash at its end.</param>
    /// <param name="route">The route, with its leading slash.</param>
    public static SampleRequest Of(EndpointDescription endpoint, string server, string route)
    {
        var isEmpty = endpoint.Body is { IsRequired: false } optional && FieldSchema.SampleOf(optional.Fields) is { Count: 0 };
        var body = isEmpty ? null : endpoint.Body;
        var headers = endpoint.Headers.Where(header => header.IsRequired).Select(header => (header.Name, TextOf(header)));
        return new SampleRequest(endpoint.Method, server + Fill(route, endpoint.Path) + QueryOf(endpoint.Query))
        {
            Basic = endpoint.Access == DescribedAccess.Tenant ? ("", "TENANT_API_KEY") : null,
            Headers =
            [
                .. endpoint.Access switch
                {
                    DescribedAccess.Bearer => [("Authorization", "Bearer ACCESS_TOKEN")],
                    DescribedAccess.Session => [("Authorization", "Bearer LSID")],
                    _ => (IEnumerable<(string, string)>)[],
                },
                .. headers,
            ],
            Form = body is { IsForm: true } ? FormOf(body.Fields, endpoint.Access) : null,
            Json = body is { IsForm: false } ? JsonOf(body) : null,
            JsonMediaType = body?.MediaTypes[0] ?? "application/json",
            AnswersJson = endpoint.Answers.FirstOrDefault(answer => answer.Status is >= 200 and < 300) is { Fields.Count: > 0 },
        };
    }

    // Id and secret stand in the form: in a header each would have to be form-encoded first, which is easily forgotten (RFC 6749 §2.3.1).
    private static List<(string Name, string Value)> FormOf(IReadOnlyList<Field> fields, DescribedAccess access)
    {
        List<(string Name, string Value)> form = [.. Fields(fields)];
        if (access == DescribedAccess.Client && form.All(field => field.Name != "client_id"))
            form.AddRange([("client_id", "CLIENT_ID"), ("client_secret", "CLIENT_SECRET")]);
        return form;
    }

    private static JsonNode JsonOf(DescribedBody body) =>
        body.Example is { } example ? JsonNode.Parse(example)! : FieldSchema.SampleOf(body.Fields);

    private static IEnumerable<(string Name, string Value)> Fields(IEnumerable<Field> fields) =>
        fields.Where(field => field.Example is not null || field.IsRequired).Select(field => (field.Name, TextOf(field)));

    private static string TextOf(Field field) => FieldSchema.SampleOf(field) switch
    {
        null => "",
        var value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var value => value.ToJsonString(Readable),
    };

    private static string Fill(string route, IReadOnlyList<Field> path) => path.Aggregate(
        route,
        (filled, field) => filled.Replace(
            $"{{{field.Name}}}", field.Example is null ? FieldSchema.PlaceholderOf(field.Name) : Uri.EscapeDataString(TextOf(field)),
            StringComparison.Ordinal));

    private static string QueryOf(IReadOnlyList<Field> query)
    {
        var parameters = Fields(query).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}").ToList();
        return parameters.Count > 0 ? "?" + string.Join('&', parameters) : "";
    }
}
