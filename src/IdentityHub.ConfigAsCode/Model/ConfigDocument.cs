using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>Everything that the files of one configuration directory say, merged. Holds no file that has a fault.</summary>
[Description("Configuration of IdentityHub. Any number of files in the directory, any split: lists are joined.")]
public sealed record ConfigDocument
{
    [Description("Applications that ask for tokens.")]
    public IReadOnlyList<ClientDefinition> Clients { get; set; } = [];

    [Description("Scopes in addition to the built-in openid, profile, email, phone, address and offline_access.")]
    public IReadOnlyList<ScopeDefinition> Scopes { get; set; } = [];

    [Description("Claims of users in addition to the built-in ones. A scope or an API names those that it brings.")]
    public IReadOnlyList<ClaimDefinition> Claims { get; set; } = [];

    [Description("Attributes that users can have in addition to the built-in ones.")]
    public IReadOnlyList<UserAttributeDefinition> UserAttributes { get; set; } = [];

    [Description("APIs that accept tokens: the audiences.")]
    public IReadOnlyList<ApiResourceDefinition> ApiResources { get; set; } = [];

    [Description("Organizations, a forest.")]
    public IReadOnlyList<OrganizationDefinition> Organizations { get; set; } = [];

    [Description("Roles that users have in organizations, in addition to the built-in 'service' and 'admin'.")]
    public IReadOnlyList<RoleDefinition> Roles { get; set; } = [];

    [Description("Users for Development and tests; refused on any other stage.")]
    public IReadOnlyList<UserDefinition> Users { get; set; } = [];

    [Description("Keys for integrated systems that act for themselves.")]
    public IReadOnlyList<ApiKeyDefinition> ApiKeys { get; set; } = [];

    [Description("Tenants of the open endpoints.")]
    public IReadOnlyList<TenantDefinition> Tenants { get; set; } = [];

    [Description("The older APIs that this installation opens; one that is not named is off.")]
    public DialectsDefinition Dialects { get; set; } = new();
}
