using System.Collections.Frozen;

namespace IdentityHub.ConfigAsCode;

/// <summary>Which APIs the scopes of a configuration belong to. Made once for a configuration.</summary>
public sealed class ScopeAudiences(ConfigDocument document)
{
    private readonly FrozenDictionary<string, string[]> _byScope = document.ApiResources.Where(resource => resource.Enabled)
        .SelectMany(resource => resource.Scopes, (resource, scope) => (resource.Name, scope))
        .GroupBy(pair => pair.scope, pair => pair.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    /// <summary>True for a scope that belongs to an API.</summary>
    public bool Knows(string scope) => _byScope.ContainsKey(scope);

    /// <summary>Names of the API resources that the scopes belong to, each once, in the order of the scopes. RFC 9068 §3.</summary>
    public IReadOnlyList<string> Of(IReadOnlyList<string> scopes)
    {
        string[]? only = null;
        List<string>? several = null;
        foreach (var scope in scopes)
        {
            if (!_byScope.TryGetValue(scope, out var audiences) || ReferenceEquals(audiences, only))
                continue;
            if (only is null)
            {
                only = audiences;
                continue;
            }

            several ??= [.. only];
            several.AddRange(audiences.Except(several, StringComparer.Ordinal));
        }

        return several ?? (IReadOnlyList<string>?)only ?? [];
    }
}
