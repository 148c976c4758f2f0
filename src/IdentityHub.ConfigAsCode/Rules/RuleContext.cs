using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>What the rules look at: the joined document, and where each object of it is written.</summary>
internal sealed class RuleContext(ConfigDocument document, IReadOnlyList<ConfigPart> parts, ReadContext reading)
{
    private readonly Lazy<HashSet<string>> _scopes = Names(
        document.Scopes.Select(scope => scope.Name), [.. StandardScopes.All, .. AdministrationScopes.All, .. Made(reading, "scopes")]);
    private readonly Lazy<HashSet<string>> _claims = Names(
        document.Claims.Select(claim => claim.Name), [.. ClaimNames.BuiltIn, .. ClaimNames.Predefined, .. Made(reading, "claims")]);
    private readonly Lazy<HashSet<string>> _namedClaims = Names(
        document.Scopes.SelectMany(scope => scope.Claims).Concat(document.ApiResources.SelectMany(resource => resource.Claims)),
        reading.Config.Made.NamedClaims);
    private readonly Lazy<HashSet<string>> _attributes = Names(
        document.UserAttributes.Select(attribute => attribute.Name),
        [.. ClaimAttributes.All.Keys.Order(StringComparer.Ordinal), .. Made(reading, "user_attributes")]);
    private readonly Lazy<HashSet<string>> _organizations = Names(
        document.Organizations.Select(organization => organization.Id), [.. Made(reading, "organizations")]);
    private readonly Lazy<HashSet<string>> _roles = Names(
        document.Roles.Select(role => role.Name), [.. BuiltInRoles.All, .. Made(reading, "roles")]);
    private readonly Lazy<HashSet<string>> _tenants = Names(
        document.Tenants.Select(tenant => tenant.Alias), [.. Made(reading, "tenants")]);
    private readonly Lazy<HashSet<string>> _clients = Names(
        document.Clients.Select(client => client.ClientId), [.. Made(reading, "clients")]);
    private readonly Lazy<HashSet<string>> _dialects = Names(
        DialectNames.All.Where(name => document.Dialects.Find(name) is not null), [.. Made(reading, "dialects")]);

    public ConfigDocument Document => document;

    public IReadOnlyList<ConfigPart> Parts => parts;

    public string Stage => reading.Config.Stage;

    public bool IsDevelopment => reading.IsDevelopment;

    public DateTimeOffset Now { get; } = reading.Config.Time.GetUtcNow();

    /// <summary>True where a claim may be defined before a scope or an API names it: one object is made at a time.</summary>
    public bool MayHaveUnnamedClaims { get; init; }

    /// <summary>True when a file could not be read, so that nothing can be said to be missing.</summary>
    public bool IsIncomplete => reading.Faults.IsIncomplete;

    public IReadOnlySet<string> Scopes => _scopes.Value;

    /// <summary>Claims that users can have.</summary>
    public IReadOnlySet<string> Claims => _claims.Value;

    /// <summary>Claims that a scope or an API brings.</summary>
    public IReadOnlySet<string> NamedClaims => _namedClaims.Value;

    /// <summary>Attributes that users can have, built-in ones included.</summary>
    public IReadOnlySet<string> Attributes => _attributes.Value;

    public IReadOnlySet<string> Organizations => _organizations.Value;

    public IReadOnlySet<string> Roles => _roles.Value;

    public IReadOnlySet<string> Tenants => _tenants.Value;

    public IReadOnlySet<string> Clients => _clients.Value;

    /// <summary>Dialects that are named, on or off.</summary>
    public IReadOnlySet<string> Dialects => _dialects.Value;

    /// <summary>
    /// Reports that <paramref name="definition"/> breaks a rule at <paramref name="steps"/> (keys and indexes) inside it.
    /// </summary>
    public void Refuse(ConfigDefinition definition, string message, params ReadOnlySpan<object> steps) =>
        reading.Faults.AddRule(reading.Origins[definition], message, steps);

    /// <summary>Reports that a place of a file breaks a rule.</summary>
    public void Refuse(ConfigNode node, string message, params ReadOnlySpan<object> steps) => reading.Faults.AddRule(node, message, steps);

    /// <summary>True where the key is missing or was refused already.</summary>
    public bool IsRefused(ConfigDefinition definition, string key) => reading.Origins[definition][key] is null or { ContainsFault: true };

    /// <summary>The place of an object, for a message about another one.</summary>
    public string PlaceOf(ConfigDefinition definition) => reading.Faults.PlaceOf(reading.Origins[definition]);

    /// <summary>Reports a name that points at nothing.</summary>
    public void RequireKnown(
        ConfigDefinition definition, string noun, string section, string name, IReadOnlySet<string> known,
        params ReadOnlySpan<object> steps)
    {
        if (IsIncomplete || known.Contains(name))
            return;
        var meant = Suggestion.For(name, known);
        Refuse(
            definition, $"{noun} '{name}' is not defined{(meant is null ? $"; add it to '{section}'" : $"; did you mean '{meant}'?")}",
            steps);
    }

    private static IEnumerable<string> Made(ReadContext reading, string section) => reading.Config.Made.Names[section];

    private static Lazy<HashSet<string>> Names(IEnumerable<string?> defined, IReadOnlyList<string> builtIn) =>
        new(() => new(defined.OfType<string>().Concat(builtIn), StringComparer.Ordinal));
}
