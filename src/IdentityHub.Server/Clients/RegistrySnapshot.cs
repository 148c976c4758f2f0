using System.Collections.Frozen;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Clients;

/// <summary>One applied generation of the configuration, ready for use. Immutable; swapped as a whole.</summary>
internal sealed class RegistrySnapshot
{
    /// <summary>Scopes about the user rather than an API. OpenID Connect Core §5.4, §11.</summary>
    public static readonly FrozenSet<string> IdentityScopes = StandardScopes.All.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What is in force before anything was applied.</summary>
    public static readonly RegistrySnapshot Empty = new(new ConfigDocument(), "");

    private const int LabelLength = 12;

    private readonly FrozenDictionary<string, Client> _clients;
    private readonly FrozenDictionary<string, Tenant> _tenants;
    private readonly FrozenDictionary<string, Client> _byHash;
    private readonly FrozenDictionary<string, OrganizationDefinition> _organizations;
    private readonly FrozenDictionary<string, ApiResourceDefinition> _resources;
    private readonly ScopeAudiences _audiences;
    private readonly FrozenDictionary<string, ScopeDefinition> _scopes;

    /// <param name="generation">Hash of the generation, lower-case hex.</param>
    /// <param name="ownClients">Clients of the server itself, which depend on its settings.</param>
    public RegistrySnapshot(ConfigDocument document, string generation, params IEnumerable<Client> ownClients)
    {
        Document = document;
        Generation = generation;
        Label = generation.Length > LabelLength ? generation[..LabelLength] : generation;
        _clients = document
            .Clients.Select(client => new Client(client))
            .Concat(document.ApiResources.Select(FromResource))
            .Concat(BuiltInClient.Of(document.Dialects))
            .Concat(document.Tenants.Select(Tenant.ClientOf))
            .Concat(ownClients)
            .ToFrozenDictionary(client => client.Id, StringComparer.Ordinal);
        foreach (var client in _clients.Values)
            client.Registry = this;
        _tenants = document
            .Tenants.Where(tenant => tenant.Enabled)
            .Select(Tenant.Of)
            .ToFrozenDictionary(tenant => tenant.Alias, StringComparer.Ordinal);
        _byHash = _clients
            .Values.Where(client => client.HashAlias is not null)
            .ToFrozenDictionary(client => client.HashAlias!, StringComparer.Ordinal);
        _organizations = document.Organizations.ToFrozenDictionary(organization => organization.Id, StringComparer.Ordinal);
        _resources = document.ApiResources.ToFrozenDictionary(resource => resource.Name, StringComparer.Ordinal);
        MfaRequiredByRole = document
            .Roles.Where(role => role.RequireMfa)
            .ToFrozenDictionary(role => role.Name, role => role.MfaGraceUntil ?? DateTimeOffset.MinValue, StringComparer.Ordinal);
        _scopes = document.Scopes.ToFrozenDictionary(scope => scope.Name, StringComparer.Ordinal);
        _audiences = new ScopeAudiences(document);
        Claims = new ClaimCatalog(document);
        Attributes = new AttributeSchema(document.UserAttributes);
    }

    /// <summary>Hash of the generation, lower-case hex; empty before anything was applied.</summary>
    public string Generation { get; }

    /// <summary>The first 12 digits of <see cref="Generation"/>, as audit rows carry them.</summary>
    public string Label { get; }

    /// <summary>The definitions that this snapshot was made of.</summary>
    public ConfigDocument Document { get; }

    /// <summary>Which claims of users there are, and where they go.</summary>
    public ClaimCatalog Claims { get; }

    /// <summary>Which attributes users can have in addition to the built-in ones.</summary>
    public AttributeSchema Attributes { get; }

    /// <summary>True: <c>custom_data</c> of client accounts holds no name that is not defined.</summary>
    public bool IsCustomDataStrict => Document.Dialects.ClientAccounts is { StrictCustomData: true };

    /// <summary>From when on users with a role must have a second factor, by the names of the roles that require one.</summary>
    public FrozenDictionary<string, DateTimeOffset> MfaRequiredByRole { get; }

    /// <summary>The organization of the configuration; null when there is none.</summary>
    public OrganizationDefinition? FindOrganization(string id) => _organizations.GetValueOrDefault(id);

    /// <summary>What the files say of an API; null where they have none of this name.</summary>
    public ApiResourceDefinition? FindResource(string name) => _resources.GetValueOrDefault(name);

    /// <summary>The client or API resource with this id, enabled or not; null when there is none.</summary>
    public Client? Find(string clientId) => _clients.GetValueOrDefault(clientId);

    /// <summary>The tenant of the open endpoints with this alias; null when there is none, or it is disabled.</summary>
    public Tenant? FindTenant(string alias) => _tenants.GetValueOrDefault(alias);

    /// <summary>What the files say of a scope; null for a built-in one, and for none.</summary>
    public ScopeDefinition? FindScope(string name) => _scopes.GetValueOrDefault(name);

    /// <summary>The client that calls itself so at the hash-secret endpoint; null when there is none. contracts/hash-secret.md.</summary>
    public Client? FindByHash(string hash) => _byHash.GetValueOrDefault(hash);

    /// <summary>Names of the API resources that the scopes belong to, each once, in the order of the scopes. RFC 9068 §3.</summary>
    public IReadOnlyList<string> AudiencesOf(IReadOnlyList<string> scopes) => _audiences.Of(scopes);

    /// <summary>True for a scope of OpenID Connect, and for one of the files.</summary>
    public bool KnowsScope(string scope) =>
        IdentityScopes.Contains(scope) || _scopes.ContainsKey(scope) || _audiences.Knows(scope);

    /// <summary>User claims of an access token.</summary>
    /// <param name="audiences">Null: the APIs of the scopes.</param>
    public IReadOnlyList<ConfiguredClaim> ClaimsOf(IReadOnlyList<string> scopes, IReadOnlyList<string>? audiences) =>
        Claims.OfAccessToken(scopes, Claims.HasClaimsOfApis ? audiences ?? AudiencesOf(scopes) : []);

    private static Client FromResource(ApiResourceDefinition resource) =>
        new(
            new ClientDefinition
            {
                ClientId = resource.Name,
                Enabled = resource.Enabled,
                Scope = resource.Scopes,
                ClientSecrets = resource.ClientSecrets,
            })
        {
            IsResource = true,
        };
}
