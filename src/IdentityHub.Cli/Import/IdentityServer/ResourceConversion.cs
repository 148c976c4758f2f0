using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>Scopes and APIs, as they are defined here.</summary>
internal sealed record ConvertedResources(IReadOnlyList<ScopeDefinition> Scopes, IReadOnlyList<ApiResourceDefinition> Apis);

/// <summary>Turns API scopes, identity resources and API resources into scopes and APIs.</summary>
internal sealed class ResourceConversion(DateTimeOffset now)
{
    private const string NoCounterpart = "There is no counterpart. It was left out.";
    private readonly Dictionary<string, ScopeDefinition> _scopes = new(StringComparer.Ordinal);

    /// <param name="clientIds">An API may not have the name of a client: both authenticate at the same endpoints.</param>
    public ConvertedResources Convert(ConfigurationSource source, IReadOnlySet<string> clientIds)
    {
        foreach (var scope in source.ApiScopes.Concat(source.IdentityResources))
            AddScope(scope);
        var apis = new Dictionary<string, ApiResourceDefinition>(StringComparer.Ordinal);
        foreach (var api in source.ApiResources)
        {
            if (Convert(api, clientIds) is { } definition && !apis.TryAdd(definition.Name, definition))
                api.ReportLeftOut("another API of the source has the same name.");
        }

        AddClaims(source.ApiResources, [.. apis.Values]);
        return new([.. _scopes.Values], [.. apis.Values]);
    }

    private void AddScope(SourceObject scope)
    {
        scope.Skip("Id", "Created", "Updated", "LastAccessed", "NonEditable", "ApiResourceId", "ShowInDiscoveryDocument", "Emphasize");
        if (scope.Text("Name") is not { } name)
        {
            scope.ReportLeftOut("it has no name.");
            return;
        }

        var claims = scope.Texts("UserClaims");
        var isBuiltIn = StandardScopes.All.Contains(name);
        if (!isBuiltIn && scope.Flag("Required"))
            scope.Report("Required", "true", "Users may refuse any scope. The client must cope with it.");
        if (isBuiltIn)
        {
            // Its claims are those of OpenID Connect, whatever the source says.
            scope.Skip("Enabled", "DisplayName", "Description", "Required", "Properties");
            if (claims.Except(StandardClaims.All).ToList() is { Count: > 0 } more)
                scope.Report(
                    "UserClaims", string.Join(' ', more), $"The built-in scope '{name}' has the claims of OpenID Connect only: move "
                        + "these to a scope of your own.");
        }
        else if (AdministrationScopes.All.Contains(name))
        {
            scope.ReportLeftOut("the name is that of the scope for administrators of this server.");
        }
        else if (!scope.Flag("Enabled", missing: true))
        {
            scope.Report("Enabled", "false", "A scope cannot be off. It was left out, and clients do not have it.");
        }
        else
        {
            var definition = new ScopeDefinition
            {
                Name = name,
                DisplayName = scope.Text("DisplayName"),
                Description = scope.Text("Description"),
                Claims = claims,
            };
            if (!_scopes.TryAdd(name, definition))
                scope.ReportLeftOut("another scope of the source has the same name.");
        }

        scope.ReportRest(NoCounterpart);
    }

    private ApiResourceDefinition? Convert(SourceObject api, IReadOnlySet<string> clientIds)
    {
        api.Skip(
            "Id", "Created", "Updated", "LastAccessed", "NonEditable", "UserClaims", "Name", "Enabled", "DisplayName", "Scopes",
            "ApiSecrets");
        api.ReportUnless("RequireResourceIndicator", usual: false, NoCounterpart);
        api.ReportUnless("ShowInDiscoveryDocument", usual: true, "All APIs and their scopes are in the discovery document.");
        if (api.Text("Name") is not { } name)
        {
            api.ReportLeftOut("it has no name.");
            return null;
        }

        if (clientIds.Contains(name))
        {
            api.ReportLeftOut("a client has the same name. Give the API another one, and its audience too.");
            return null;
        }

        // Up to version 3, a scope was part of its API.
        foreach (var inner in api.Objects("Scopes", mayBeTexts: true))
            AddScope(inner);
        var scopes = api.Texts("Scopes");
        if (scopes.Where(scope => !_scopes.ContainsKey(scope)).ToList() is { Count: > 0 } unknown)
            api.Report("Scopes", string.Join(' ', unknown), "There is no such scope, or it was left out.");
        var algorithms = Algorithms.Of(api, "AllowedAccessTokenSigningAlgorithms");
        if (algorithms.Count > 0 && !algorithms.Contains(Algorithms.Usual))
            api.Report(
                "AllowedAccessTokenSigningAlgorithms", string.Join(' ', algorithms),
                "The algorithm is chosen by the client: set access_token_signed_response_alg of the clients of this API.");
        var secrets = SecretConversion.Convert(api, "ApiSecrets", now);
        if (secrets.Keys.Count > 0)
            api.Report("ApiSecrets", null, "An API authenticates with a secret. Its keys were left out.");
        api.ReportRest(NoCounterpart);
        return new ApiResourceDefinition
        {
            Name = name,
            DisplayName = api.Text("DisplayName"),
            Enabled = api.Flag("Enabled", missing: true),
            Scopes = [.. scopes.Where(_scopes.ContainsKey)],
            ClientSecrets = secrets.Digests,
        };
    }

    // There, claims of an API are in every token for it; here, claims belong to scopes.
    private void AddClaims(IReadOnlyList<SourceObject> sources, IReadOnlyList<ApiResourceDefinition> apis)
    {
        foreach (var source in sources)
        {
            var claims = source.Texts("UserClaims");
            if (claims.Count == 0 || apis.FirstOrDefault(api => api.Name == source.Text("Name")) is not { } api)
                continue;
            foreach (var scope in api.Scopes)
            {
                if (apis.Count(other => other.Scopes.Contains(scope)) > 1)
                    source.Report(
                        "UserClaims", string.Join(' ', claims), $"The scope '{scope}' belongs to several APIs, so that the claims were not "
                            + "added to it: add those that each of them may see.");
                else
                    _scopes[scope] = _scopes[scope] with { Claims = [.. _scopes[scope].Claims.Union(claims, StringComparer.Ordinal)] };
            }

            if (api.Scopes.Count == 0)
                source.Report("UserClaims", string.Join(' ', claims), "Claims belong to scopes, and the API has none.");
        }
    }
}
