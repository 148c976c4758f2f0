using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Docs.Samples;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>Fills the operation that the generator has made of an endpoint with what the endpoint says of itself.</summary>
internal sealed class EndpointOperation(HubSettings settings, CallLimits limits) : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (DescribedEndpoints.Find(context.Description) is not { } described)
            return Task.CompletedTask;
        var endpoint = DemoValues.Shown(described, settings);

        operation.OperationId = endpoint.Id;
        operation.Summary = endpoint.Summary;
        operation.Description = endpoint.Limit is { } limit ? $"{endpoint.Text} {LimitText.Of(limit, limits)}".Trim() : endpoint.Text;
        operation.Parameters = [
            .. endpoint.Path.Select(field => Parameter(field, ParameterLocation.Path)),
            .. endpoint.Query.Select(field => Parameter(field, ParameterLocation.Query)),
            .. endpoint.Headers.Select(field => Parameter(field, ParameterLocation.Header)),
        ];
        operation.RequestBody = endpoint.Body is { } body ? Body(body) : null;
        operation.Responses = [];
        foreach (var answer in endpoint.Answers)
            operation.Responses[answer.Status.ToString(CultureInfo.InvariantCulture)] = Response(answer, HeadersOf(endpoint, answer));
        operation.Extensions = ExtensionsOf(endpoint, "/" + context.Description.RelativePath);
        var servers = new DocumentServers(settings);
        if (servers.Of(endpoint) is var server && server != servers.Older)
            operation.Servers = [new OpenApiServer { Url = server, Description = "The issuer" }];
        operation.Security =
        [
            .. SecurityOf(endpoint.Access)
                .Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })
        ];
        return Task.CompletedTask;
    }

    /// <summary>Names of the security schemes, one of which is needed.</summary>
    public static IReadOnlyList<string> SecurityOf(DescribedAccess access) => access switch
    {
        DescribedAccess.Bearer => [SecuritySchemes.Bearer],
        DescribedAccess.Client => [SecuritySchemes.Client],
        DescribedAccess.Tenant => [SecuritySchemes.Tenant],
        DescribedAccess.Session => [SecuritySchemes.Session, SecuritySchemes.ApiKey],
        _ => [],
    };

    private IReadOnlyList<Field> HeadersOf(EndpointDescription endpoint, DescribedAnswer answer) =>
    [
        .. answer.Headers,
        .. endpoint.Limit is { } limit ? LimitText.HeadersOf(limit, limits) : [],
        .. answer.Status == StatusCodes.Status429TooManyRequests ? [LimitText.RetryAfter] : (Field[])[],
    ];

    private Dictionary<string, IOpenApiExtension> ExtensionsOf(EndpointDescription endpoint, string route)
    {
        var samples = CodeSamples.Of(endpoint, new DocumentServers(settings).Of(endpoint), route);
        var extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["x-codeSamples"] = new JsonNodeExtension(new JsonArray(
            [
                .. samples.Select(sample => new JsonObject
                {
                    ["lang"] = sample.Language,
                    ["label"] = sample.Label,
                    ["source"] = sample.Source,
                }),
            ])),
        };
        if (endpoint.Limit is { } limit)
            extensions[LimitText.Extension] = LimitText.ExtensionOf(limit, limits);
        return extensions;
    }

    private static OpenApiParameter Parameter(Field field, ParameterLocation location) => new()
    {
        Name = field.Name,
        In = location,
        Required = field.IsRequired,
        Description = field.Description,
        Schema = FieldSchema.Of(field),
        Example = FieldSchema.ExampleOf(field),
    };

    private static OpenApiRequestBody Body(DescribedBody body)
    {
        var media = new OpenApiMediaType
        {
            Schema = FieldSchema.OfObject(body.IsForm ? [.. body.Fields.Select(WithoutSample)] : body.Fields, body.IsPatch, body.IsClosed),
            Example = body.Example is { } example ? JsonNode.Parse(example) : NonEmpty(FieldSchema.SampleOf(body.Fields)),
        };
        return new OpenApiRequestBody { Required = body.IsRequired, Content = body.MediaTypes.ToDictionary(type => type, _ => media) };
    }

    private static JsonObject? NonEmpty(JsonObject example) => example.Count > 0 ? example : null;

    // Of a form the page fills each field without an example with the word "string", and sends that. An empty one is not sent.
    private static Field WithoutSample(Field field) =>
        field is { Type: FieldType.Text, Example: null } ? field with { Example = "\"\"" } : field;

    private static OpenApiResponse Response(DescribedAnswer answer, IReadOnlyList<Field> headers)
    {
        var response = new OpenApiResponse { Description = answer.Text };
        if (headers.Count > 0)
        {
            response.Headers = headers.ToDictionary(
                header => header.Name,
                IOpenApiHeader (header) => new OpenApiHeader { Description = header.Description, Schema = FieldSchema.Of(header) });
        }

        if (answer.Fields.Count == 0)
            return response;
        var media = new OpenApiMediaType { Schema = FieldSchema.OfObject(answer.Fields) };
        if (answer.Examples.Count > 0)
            media.Examples = answer.Examples.ToDictionary(
                example => example.Name, IOpenApiExample (example) => new OpenApiExample { Value = JsonNode.Parse(example.Json) });
        else
            media.Example = NonEmpty(FieldSchema.SampleOf(answer.Fields));
        response.Content = new Dictionary<string, OpenApiMediaType> { [answer.MediaType] = media };
        return response;
    }
}
