using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>A filter of a list.</summary>
/// <param name="Field">The parameter of the query.</param>
/// <param name="Matches">True for an object that the value lets through.</param>
internal sealed record ObjectFilter(Field Field, Func<AppliedObject, string, bool> Matches);

/// <summary>A kind of objects of the configuration, as the administration API has it.</summary>
/// <param name="Kind">One of <see cref="ConfigObjects.Kinds"/>.</param>
/// <param name="Path">Below the base path, e.g. <c>/clients</c>.</param>
/// <param name="Parameter">What stands for the name in paths.</param>
/// <param name="Noun">One of them, e.g. <c>API resource</c>.</param>
/// <param name="Id">One of them in the names of operations, e.g. <c>ApiResource</c>.</param>
/// <param name="Event">One of them in the types of audit rows, e.g. <c>api_resource</c>.</param>
internal sealed record ObjectArea(string Kind, AdminArea Area, string Path, string Parameter, string Noun, string Id, string Event)
{
    /// <summary>What a user must hold in the organization of an object to see it; null: the role admin.</summary>
    public string? ReadPermission { get; init; }

    /// <summary>What a user must hold in the organization of an object to change it; null: the role admin.</summary>
    public string? WritePermission { get; init; }

    /// <summary>Filters of the list.</summary>
    public IReadOnlyList<ObjectFilter> Filters { get; init; } = [];

    /// <summary>True where another area has a list of the same objects that says more.</summary>
    public bool IsListedElsewhere { get; init; }

    /// <summary>All names that there are, where objects are neither made nor named by callers.</summary>
    public IReadOnlyList<string> FixedNames { get; init; } = [];

    /// <summary>The key that holds several secrets, of which one may replace another without a gap; null for none.</summary>
    public string? SecretList { get; init; }

    /// <summary>Path of one object below the base path, as audit rows and <c>Location</c> have it.</summary>
    public string PathOf(string name) => $"{Path}/{Uri.EscapeDataString(name)}";
}

/// <summary>All kinds of objects of the configuration.</summary>
internal static class ObjectAreas
{
    private static readonly AdminArea s_resources = new("resources", "Administration: scopes and APIs");

    public static ObjectArea Clients { get; } =
        new("clients", new("clients", "Administration: clients"), "/clients", "client_id", "client", "Client", "client")
        {
            SecretList = "client_secrets",
            Filters =
            [
                Enabled(one => ((ClientDefinition)one).Enabled),
                Organization(one => ((ClientDefinition)one).Organization),
                Has("grant_type", "Only those that may use this grant.", one => ((ClientDefinition)one).GrantTypes),
                Has(
                    "dialect", "Only those that may use this older API, and are not suspended there.",
                    one => [.. ((ClientDefinition)one).Dialects.Except(((ClientDefinition)one).SuspendedDialects)]),
                Has("scope", "Only those that may ask for this scope.", one => ((ClientDefinition)one).Scope),
                Owner, Prefix,
            ],
        };

    public static ObjectArea Organizations { get; } = new(
        "organizations", new("organizations", "Administration: organizations"), "/organizations", "organization_id", "organization",
        "Organization", "organization")
    {
        ReadPermission = Permissions.OrganizationRead,
        WritePermission = Permissions.OrganizationWrite,
        IsListedElsewhere = true,
    };

    public static ObjectArea Roles { get; } =
        new("roles", new("roles", "Administration: roles"), "/roles", "role", "role", "Role", "role") { IsListedElsewhere = true };

    public static ObjectArea ApiKeys { get; } = new(
        "api_keys", new("api_keys", "Administration: API keys"), "/api-keys", "api_key", "API key", "ApiKey", "api_key")
    {
        ReadPermission = Permissions.ApiKeyRead,
        WritePermission = Permissions.ApiKeyWrite,
        Filters =
        [
            Enabled(one => ((ApiKeyDefinition)one).Enabled), Organization(one => ((ApiKeyDefinition)one).Organization),
            Has("permission", "Only those that allow this.", one => ((ApiKeyDefinition)one).Permissions), Owner, Prefix,
        ],
    };

    public static ObjectArea Tenants { get; } =
        new("tenants", new("tenants", "Administration: tenants"), "/tenants", "alias", "tenant", "Tenant", "tenant")
        {
            SecretList = "api_keys",
            Filters = [Enabled(one => ((TenantDefinition)one).Enabled), Owner, Prefix],
        };

    public static ObjectArea Dialects { get; } =
        new("dialects", new("dialects", "Administration: older APIs"), "/dialects", "dialect", "older API", "Dialect", "dialect")
        {
            FixedNames = DialectNames.All,
            Filters = [Enabled(one => ((DialectDefinition)one).Enabled)],
        };

    public static ObjectArea Scopes { get; } = new("scopes", s_resources, "/scopes", "scope", "scope", "Scope", "scope")
    {
        Filters = [Has("claim", "Only those that bring this claim.", one => ((ScopeDefinition)one).Claims), Owner, Prefix],
    };

    public static ObjectArea Claims { get; } =
        new("claims", s_resources, "/claims", "claim", "claim", "Claim", "claim") { Filters = [Owner, Prefix] };

    public static ObjectArea UserAttributes { get; } = new(
        "user_attributes", s_resources, "/user-attributes", "attribute", "user attribute", "UserAttribute", "user_attribute")
    {
        Filters = [Owner, Prefix],
    };

    public static ObjectArea ApiResources { get; } = new(
        "api_resources", s_resources, "/api-resources", "api_resource", "API resource", "ApiResource", "api_resource")
    {
        SecretList = "client_secrets",
        Filters =
        [
            Enabled(one => ((ApiResourceDefinition)one).Enabled),
            Has("scope", "Only those that understand this scope.", one => ((ApiResourceDefinition)one).Scopes), Owner, Prefix,
        ],
    };

    private static ObjectFilter Owner => new(
        Field.Text("source", "`file` or `api`: who owns them.") with
        {
            TextFault = text => text is "file" or "api" ? null : "is file or api",
        },
        (one, value) => (one.Definition.Source is null ? "api" : "file") == value);

    private static ObjectFilter Prefix => new(
        Field.Text("prefix", "Only those whose name begins so."), (one, value) => one.Name.StartsWith(value, StringComparison.Ordinal));

    private static ObjectFilter Enabled(Func<ConfigDefinition, bool> enabled) => new(
        Field.Text("enabled", "`true` or `false`.") with { TextFault = text => text is "true" or "false" ? null : "is true or false" },
        (one, value) => enabled(one.Definition) == (value == "true"));

    private static ObjectFilter Organization(Func<ConfigDefinition, string?> organization) => new(
        Field.Text("organization", "Only those of this organization itself."), (one, value) => organization(one.Definition) == value);

    private static ObjectFilter Has(string name, string description, Func<ConfigDefinition, IReadOnlyList<string>> values) => new(
        Field.Text(name, description), (one, value) => values(one.Definition).Contains(value, StringComparer.Ordinal));
}
