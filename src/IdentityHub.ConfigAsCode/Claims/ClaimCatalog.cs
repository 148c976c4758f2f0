using System.Collections.Frozen;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Which claims of users there are, and which of them a token carries: the one place that decides it, for the server and for the preview.
/// Made once for a configuration.
/// </summary>
public sealed class ClaimCatalog
{
    private static readonly FrozenDictionary<string, ConfiguredClaim> s_predefined =
        ClaimSources.Predefined().ToFrozenDictionary(claim => claim.Name, StringComparer.Ordinal);

    private readonly FrozenDictionary<string, ConfiguredClaim> _claims;
    private readonly FrozenDictionary<string, ConfiguredClaim[]> _ofScopes;
    private readonly FrozenDictionary<string, ConfiguredClaim[]> _ofApis;

    /// <param name="document">Of it, claims, scopes, API resources and user attributes count. What nothing yields is passed over.</param>
    public ClaimCatalog(ConfigDocument document)
    {
        var claims = new Dictionary<string, ConfiguredClaim>(s_predefined, StringComparer.Ordinal);
        var attributes = new AttributeSchema(document.UserAttributes);
        foreach (var definition in document.Claims)
            claims[definition.Name] = ClaimSources.Of(definition, attributes);
        _claims = claims.ToFrozenDictionary(StringComparer.Ordinal);
        _ofScopes = document
            .Scopes.Where(scope => scope.Claims.Count > 0)
            .ToFrozenDictionary(scope => scope.Name, scope => Find(scope.Claims), StringComparer.Ordinal);
        _ofApis = document
            .ApiResources.Where(resource => resource.Enabled && resource.Claims.Count > 0)
            .ToFrozenDictionary(resource => resource.Name, resource => Find(resource.Claims), StringComparer.Ordinal);
    }

    /// <summary>True when an API has claims of its own, so that the audiences of a token matter.</summary>
    public bool HasClaimsOfApis => _ofApis.Count > 0;

    /// <summary>Names of the claims that a client can get at userinfo or in an <c>id_token</c>; not in order.</summary>
    public IEnumerable<string> Supported =>
        StandardScopes.All.SelectMany(ClaimNames.OfStandardScope)
            .Concat(_ofScopes.Values
                .SelectMany(claims => claims)
                .Where(claim => claim.GoesInto(ClaimDestination.IdToken) || claim.GoesInto(ClaimDestination.Userinfo))
                .Select(claim => claim.Name))
            .Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Those of <paramref name="names"/> that one of <paramref name="scopes"/> brings: asking by name gives a client no more than a scope
    /// would. OpenID Connect Core §5.5.
    /// </summary>
    public IReadOnlyList<string> Covered(IEnumerable<string> names, IReadOnlyList<string> scopes)
    {
        var covered = scopes
            .SelectMany(ClaimNames.OfStandardScope)
            .Concat(scopes.SelectMany(OfScope).Select(claim => claim.Name))
            .ToHashSet(StringComparer.Ordinal);
        return [.. names.Where(covered.Contains)];
    }

    /// <summary>
    /// Claims of a JWT access token. The claims of the standard's scopes are for userinfo. Of a token for several APIs each API would read
    /// the claims of the others: it has those of none, and they introspect it.
    /// </summary>
    /// <param name="audiences">Needed where <see cref="HasClaimsOfApis"/>.</param>
    public IReadOnlyList<ConfiguredClaim> OfAccessToken(IReadOnlyList<string> scopes, IReadOnlyList<string> audiences) =>
        (IReadOnlyList<ConfiguredClaim>?)OfToken(ClaimDestination.AccessToken, scopes, audiences.Count == 1 ? audiences : []) ?? [];

    /// <summary>Claims that introspection shows of a token.</summary>
    /// <param name="audiences">Those that the caller may know. Needed where <see cref="HasClaimsOfApis"/>.</param>
    public IReadOnlyList<ConfiguredClaim> OfIntrospection(IReadOnlyList<string> scopes, IReadOnlyList<string> audiences) =>
        (IReadOnlyList<ConfiguredClaim>?)OfToken(ClaimDestination.Introspection, scopes, audiences) ?? [];

    /// <summary>Claims of an <c>id_token</c>.</summary>
    /// <param name="which">What the client is registered for.</param>
    /// <param name="requested">Names that the request asked for, as far as <see cref="Covered"/>.</param>
    public IReadOnlyList<ConfiguredClaim> OfIdToken(
        IReadOnlyList<string> scopes, IdTokenClaims which, IEnumerable<string> requested) =>
        OfUser(ClaimDestination.IdToken, which == IdTokenClaims.Scopes ? scopes : [], requested);

    /// <summary>Claims that userinfo answers.</summary>
    /// <param name="requested">Names that the request asked for, as far as <see cref="Covered"/>.</param>
    public IReadOnlyList<ConfiguredClaim> OfUserinfo(IReadOnlyList<string> scopes, IEnumerable<string> requested) =>
        OfUser(ClaimDestination.Userinfo, scopes, requested);

    // Null for none, so that a token without claims costs no list.
    private List<ConfiguredClaim>? OfToken(
        ClaimDestination destination, IReadOnlyList<string> scopes, IReadOnlyList<string> audiences)
    {
        List<ConfiguredClaim>? claims = null;
        foreach (var scope in scopes)
            Add(OfScope(scope));
        if (HasClaimsOfApis)
        {
            foreach (var audience in audiences)
                Add(_ofApis.GetValueOrDefault(audience, []));
        }

        return claims;

        void Add(ConfiguredClaim[] more)
        {
            foreach (var claim in more)
            {
                if (claim.GoesInto(destination) && claims?.Contains(claim) != true)
                    (claims ??= []).Add(claim);
            }
        }
    }

    private IReadOnlyList<ConfiguredClaim> OfUser(
        ClaimDestination destination, IReadOnlyList<string> scopes, IEnumerable<string> requested) =>
        [
            .. scopes.SelectMany(ClaimNames.OfStandardScope)
                .Select(name => s_predefined[name])
                .Concat(scopes.SelectMany(OfScope))
                .Concat(Find(requested))
                .Where(claim => claim.GoesInto(destination))
                .Distinct(),
        ];

    private ConfiguredClaim[] OfScope(string scope) => _ofScopes.GetValueOrDefault(scope, []);

    private ConfiguredClaim[] Find(IEnumerable<string> names) =>
        [.. names.Select(name => _claims.GetValueOrDefault(name)).OfType<ConfiguredClaim>()];
}
