using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// Filters of groups. There are few groups, and every attribute of them can be asked for; of their members only whether a user is one.
/// Entra ID asks so: <c>id eq "…" and members eq "…"</c>.
/// </summary>
internal static class GroupFilter
{
    /// <summary>The refusal of what would need all members; null where there is nothing of that kind.</summary>
    public static Refusal? RefusalOf(FilterTree filter) =>
        IsAnswered(filter) && NamedIn(filter).Distinct().Count() <= UserFilter.MaxCandidates
            ? null
            : ScimRefusals.Filter($"Of members, a filter asks by 'members eq \"id\"', for at most {UserFilter.MaxCandidates} users.");

    /// <summary>Users whose membership a filter asks about.</summary>
    public static IEnumerable<Guid> NamedIn(FilterTree filter) => filter switch
    {
        FilterTree.Both(var left, var right) => NamedIn(left).Concat(NamedIn(right)),
        FilterTree.Either(var left, var right) => NamedIn(left).Concat(NamedIn(right)),
        FilterTree.Not(var inner) => NamedIn(inner),
        FilterTree.Within(_, var inner) => NamedIn(inner),
        FilterTree.Comparison { Value: string text } when Guid.TryParseExact(text, "D", out var id) => [id],
        _ => [],
    };

    private static bool IsAnswered(FilterTree filter) => filter switch
    {
        FilterTree.Both(var left, var right) => IsAnswered(left) && IsAnswered(right),
        FilterTree.Either(var left, var right) => IsAnswered(left) && IsAnswered(right),
        FilterTree.Not(var inner) => IsAnswered(inner),
        FilterTree.Within(var path, var inner) => !IsMembers(path) || IsOfValue(inner),
        FilterTree.Present(var path) => !IsMembers(path),
        FilterTree.Comparison(var path, var op, var value) => !IsMembers(path)
            || (IsEquality(op) && value is string
                && (path.Sub is null || path.Sub.Equals("value", StringComparison.OrdinalIgnoreCase))),
        _ => false,
    };

    private static bool IsOfValue(FilterTree filter) =>
        filter is FilterTree.Comparison { Operator: FilterOperator.Equal, Value: string, Path: { Sub: null, Name: var name } }
        && name.Equals("value", StringComparison.OrdinalIgnoreCase);

    private static bool IsEquality(FilterOperator op) => op is FilterOperator.Equal or FilterOperator.NotEqual;

    private static bool IsMembers(AttributePath path) => path.Is("members", ScimUrns.Group);
}
