using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>A list of the configuration as rows know it: the section's key, and what an object of it is called.</summary>
/// <param name="Name">As the files write it, e.g. <c>api_resources</c>.</param>
/// <param name="ObjectsOf">The objects of the section with their names.</param>
/// <param name="Type">Type of the definitions; null where each has its own.</param>
/// <param name="Key">The key that holds the name of an object; null where the name stands outside.</param>
internal sealed record ConfigKind(
    string Name, Type? Type, string? Key, Func<ConfigDocument, IEnumerable<(string Name, ConfigDefinition Definition)>> ObjectsOf)
{
    public const string Clients = "clients";
    public const string Scopes = "scopes";
    public const string Claims = "claims";
    public const string UserAttributes = "user_attributes";
    public const string ApiResources = "api_resources";
    public const string Organizations = "organizations";
    public const string Roles = "roles";
    public const string Users = "users";
    public const string ApiKeys = "api_keys";
    public const string Tenants = "tenants";
    public const string Dialects = "dialects";

    /// <summary>All sections; what others refer to comes before them.</summary>
    public static IReadOnlyList<ConfigKind> All { get; } =
    [
        Of(Organizations, "id", document => document.Organizations, organization => organization.Id),
        Of(Roles, "name", document => document.Roles, role => role.Name),
        Of(UserAttributes, "name", document => document.UserAttributes, attribute => attribute.Name),
        Of(Users, "id", document => document.Users, user => user.Id.ToString()),
        Of(Claims, "name", document => document.Claims, claim => claim.Name),
        Of(Scopes, "name", document => document.Scopes, scope => scope.Name),
        Of(ApiResources, "name", document => document.ApiResources, resource => resource.Name),
        Of(Clients, "client_id", document => document.Clients, client => client.ClientId),
        Of(ApiKeys, "name", document => document.ApiKeys, key => key.Name),
        Of(Tenants, "alias", document => document.Tenants, tenant => tenant.Alias),
        new(Dialects, null, null, document => DialectNames.All
            .Select(name => (Name: name, Definition: document.Dialects.Find(name)))
            .Where(dialect => dialect.Definition is not null)
            .Select(dialect => (dialect.Name, (ConfigDefinition)dialect.Definition!))),
    ];

    /// <summary>The type of an object's definition; null for a kind or a dialect that there is not.</summary>
    public static Type? TypeOf(string kind, string name) =>
        Find(kind) is not { } found ? null : found.Type ?? DialectSections.TypeOf(name);

    /// <summary>The kind of that name; null where there is none.</summary>
    public static ConfigKind? Find(string name) => All.FirstOrDefault(known => known.Name == name);

    private static ConfigKind Of<T>(string name, string key, Func<ConfigDocument, IReadOnlyList<T>> section, Func<T, string> nameOf)
        where T : ConfigDefinition =>
        new(name, typeof(T), key, document => section(document).Select(definition => (nameOf(definition), (ConfigDefinition)definition)));
}
