using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>Everything that the files of one configuration directory say, merged. Holds no file that has a fault.</summary>
[Description("Configuration of IdentityHub. Any number of files in the directory, any split: lists are joined.")]
public sealed record ConfigDocument
{
    [Description("Applications that ask for tokens.")]
    public IReadOnlyList<ClientDefinition> Clients { get; init; } = [];

    [Description("Scopes in addition to the built-in openid, profile, email, phone, address and offline_access.")]
    public IReadOnlyList<ScopeDefinition> Scopes { get; init; } = [];

    [Description("Claims of users in addition to the built-in ones. A scope or an API names those that it brings.")]
    public IReadOnlyList<ClaimDefinition> Claims { get; init; } = [];

    [Description("Attributes that users can have in addition to the built-in ones.")]
    public IReadOnlyList<UserAttributeDefinition> UserAttributes { get; init; } = [];

    [Description("APIs that accept tokens: the audiences.")]
    public IReadOnlyList<ApiResourceDefinition> ApiResources { get; init; } = [];

    [Description("Organizations, a forest.")]
    public IReadOnlyList<OrganizationDefinition> Organizations { get; init; } = [];

    [Description("Roles that users have in organizations, in addition to the built-in 'service' and 'admin'.")]
    public IReadOnlyList<RoleDefinition> Roles { get; init; } = [];

    [Description("Users for Development and tests; refused on any other stage.")]
    public IReadOnlyList<UserDefinition> Users { get; init; } = [];

    [Description("Keys for integrated systems that act for themselves.")]
    public IReadOnlyList<ApiKeyDefinition> ApiKeys { get; init; } = [];

    [Description("Tenants of the open endpoints.")]
    public IReadOnlyList<TenantDefinition> Tenants { get; init; } = [];

    [Description("The older APIs that this installation opens; one that is not named is off.")]
    public DialectsDefinition Dialects { get; init; } = new();
}
