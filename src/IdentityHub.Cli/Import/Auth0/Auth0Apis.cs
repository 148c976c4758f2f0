using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Cli.Import.Auth0;

/// <summary>Turns APIs into APIs and their permissions into scopes.</summary>
internal sealed class Auth0Apis
{
    private readonly Dictionary<string, ScopeDefinition> _scopes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ApiResourceDefinition> _apis = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lifetimes = new(StringComparer.Ordinal);

    public IReadOnlyList<ScopeDefinition> Scopes => [.. _scopes.Values];

    public IReadOnlyList<ApiResourceDefinition> Apis => [.. _apis.Values];

    /// <summary>Seconds that tokens for an API live; null where nothing is said.</summary>
    public long? LifetimeOf(string? identifier) =>
        identifier is not null && _lifetimes.TryGetValue(identifier, out var seconds) ? seconds : null;

    /// <summary>True for a scope that there is.</summary>
    public bool Has(string scope) => _scopes.ContainsKey(scope);

    /// <param name="clientIds">An API may not have the name of a client.</param>
    public void Add(SourceObject source, IReadOnlySet<string> clientIds)
    {
        if (source.Text("identifier") is not { } identifier)
        {
            source.ReportLeftOut("it has no identifier.");
            return;
        }

        if (source.Flag("is_system"))
        {
            source.ReportLeftOut("it is the API of Auth0 itself.");
            return;
        }

        if (clientIds.Contains(identifier))
        {
            source.ReportLeftOut("a client has the same name. Give the API another one, and its audience too.");
            return;
        }

        var names = new List<string>();
        foreach (var scope in source.Objects("scopes"))
        {
            if (scope.Text("value") is not { } name || AdministrationScopes.All.Contains(name) || StandardScopes.All.Contains(name))
                scope.Report("value", scope.Text("value"), "The name is missing, or that of a scope of this server. It was left out.");
            else if (_scopes.TryAdd(name, new ScopeDefinition { Name = name, Description = scope.Text("description") }))
                names.Add(name);
            else
            {
                names.Add(name);
                scope.Report("value", name, "Another API has a scope of this name. Both share it: a token with it is for both.");
            }
        }

        if (source.Number("token_lifetime") is { } seconds)
            _lifetimes[identifier] = seconds;
        source.ReportUnless("signing_alg", "RS256", "The algorithm is chosen by the client: access_token_signed_response_alg.");
        source.Skip("id", "is_system", "skip_consent_for_verifiable_first_party_clients", "token_lifetime_for_web", "scopes");
        var api = new ApiResourceDefinition { Name = identifier, DisplayName = source.Text("name"), Scopes = [.. names.Distinct()] };
        if (!_apis.TryAdd(identifier, api))
            source.ReportLeftOut("another API of the source has the same identifier.");
        source.ReportRest("There is no counterpart. It was left out.");
    }
}
