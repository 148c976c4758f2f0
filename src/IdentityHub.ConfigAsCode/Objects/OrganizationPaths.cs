namespace IdentityHub.ConfigAsCode;

/// <summary>Where organizations lie, as the configuration says it.</summary>
public sealed class OrganizationPaths(IEnumerable<OrganizationDefinition> organizations)
{
    private readonly Dictionary<string, string?> _parents =
        organizations.ToDictionary(one => one.Id, one => one.Parent, StringComparer.Ordinal);

    /// <summary>The organization and those above it, the root last; none where there is no such organization.</summary>
    public IReadOnlyList<string> Of(string id)
    {
        var path = new List<string>();
        for (var at = id; at is not null && _parents.TryGetValue(at, out var parent) && path.Count < _parents.Count; at = parent)
            path.Add(at);
        return path;
    }
}
