using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol.Scim;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>What the server says of itself. RFC 7643 §5, §6, §7. Each document is made of what the code obeys.</summary>
internal static class DiscoveryDocuments
{
    /// <summary>What is supported. RFC 7643 §5.</summary>
    public static JsonObject Configuration(string baseUrl) => new()
    {
        ["schemas"] = new JsonArray(ScimUrns.ServiceProviderConfig),
        ["patch"] = Supported(true),
        ["bulk"] = new JsonObject
        {
            ["supported"] = true,
            ["maxOperations"] = BulkEndpoint.MaxOperations,
            ["maxPayloadSize"] = BodyReader.MaxLength,
        },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = ScimQuery.MaxCount },
        ["changePassword"] = Supported(true),
        ["sort"] = Supported(false),
        ["etag"] = Supported(true),
        ["authenticationSchemes"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "oauthbearertoken",
                ["name"] = "Access token",
                ["description"] = "An access token of a client with scim_organization, by client_credentials with the scope scim.",
                ["specUri"] = "https://www.rfc-editor.org/info/rfc6750",
                ["primary"] = true,
            },
            new JsonObject
            {
                ["type"] = "oauthbearertoken",
                ["name"] = "API key",
                ["description"] = "An API key of the organization with the permission directory.write, as a bearer token.",
                ["specUri"] = "https://www.rfc-editor.org/info/rfc6750",
                ["primary"] = false,
            }),
        ["meta"] = new JsonObject
        {
            ["resourceType"] = "ServiceProviderConfig",
            ["location"] = $"{baseUrl}/ServiceProviderConfig",
        },
    };

    /// <summary>Users and groups. RFC 7643 §6.</summary>
    public static IReadOnlyList<JsonObject> ResourceTypes(string baseUrl) =>
        [ResourceType(DirectorySchemas.User, "Users", baseUrl), ResourceType(DirectorySchemas.Group, "Groups", baseUrl)];

    /// <summary>Their attributes. RFC 7643 §7.</summary>
    public static IReadOnlyList<JsonObject> Schemas(string baseUrl) =>
        [Schema(DirectorySchemas.User, baseUrl), Schema(DirectorySchemas.Group, baseUrl)];

    private static JsonObject Supported(bool isSupported) => new() { ["supported"] = isSupported };

    private static JsonObject ResourceType(ScimSchema schema, string path, string baseUrl) => new()
    {
        ["schemas"] = new JsonArray(ScimUrns.ResourceType),
        ["id"] = schema.Name,
        ["name"] = schema.Name,
        ["description"] = schema.Description,
        ["endpoint"] = $"/{path}",
        ["schema"] = schema.Id,
        ["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = $"{baseUrl}/ResourceTypes/{schema.Name}" },
    };

    private static JsonObject Schema(ScimSchema schema, string baseUrl) => new()
    {
        ["schemas"] = new JsonArray(ScimUrns.Schema),
        ["id"] = schema.Id,
        ["name"] = schema.Name,
        ["description"] = schema.Description,
        ["attributes"] = new JsonArray([.. schema.Attributes.Select(Attribute)]),
        ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"{baseUrl}/Schemas/{schema.Id}" },
    };

    private static JsonObject Attribute(AttributeDefinition attribute)
    {
        var shown = new JsonObject
        {
            ["name"] = attribute.Name,
            ["type"] = CamelCase(attribute.Type.ToString()),
            ["multiValued"] = attribute.IsMultiValued,
            ["description"] = attribute.Description,
            ["required"] = attribute.IsRequired,
            ["caseExact"] = attribute.IsCaseExact,
            ["mutability"] = CamelCase(attribute.Mutability.ToString()),
            ["returned"] = attribute.Returned,
            ["uniqueness"] = attribute.IsUnique ? "server" : "none",
        };
        if (attribute.CanonicalValues.Count > 0)
            shown["canonicalValues"] = new JsonArray([.. attribute.CanonicalValues.Select(value => JsonValue.Create(value))]);
        if (attribute.ReferenceTypes.Count > 0)
            shown["referenceTypes"] = new JsonArray([.. attribute.ReferenceTypes.Select(type => JsonValue.Create(type))]);
        if (attribute.Subs.Count > 0)
            shown["subAttributes"] = new JsonArray([.. attribute.Subs.Select(Attribute)]);
        return shown;
    }

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
