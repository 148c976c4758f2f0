using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Storage.Directories;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>One user that a filter can only match, looked up by an index.</summary>
internal readonly record struct UserCandidate(DirectoryKey Key, string Value);

/// <summary>How a filter of users is answered.</summary>
/// <param name="Candidates">No other users can match; null: all users, of whom <paramref name="IsActive"/> says which.</param>
internal sealed record UserPlan(IReadOnlyList<UserCandidate>? Candidates, bool? IsActive);

/// <summary>
/// Decides how a filter of users is answered: by look-ups of single users, whatever else the filter asks of them, or by <c>active</c>
/// alone. Another filter would read every user of the organization, and is refused.
/// </summary>
internal static class UserFilter
{
    /// <summary>Look-ups for one filter.</summary>
    public const int MaxCandidates = 20;

    /// <summary>The plan; the refusal (<c>invalidFilter</c>) of a filter without an index.</summary>
    /// <param name="filter">Null: all users.</param>
    public static Outcome<UserPlan> PlanOf(FilterTree? filter)
    {
        switch (filter)
        {
            case null:
                return new UserPlan(null, null);
            case FilterTree.Comparison { Operator: FilterOperator.Equal, Path: var path, Value: var value }
                when path.Is("active", ScimUrns.User) && path.Sub is null && TruthOf(value) is { } isActive:
                return new UserPlan(null, isActive);
        }

        if (CandidatesOf(filter) is not { } candidates)
            return ScimRefusals.Filter(
                "Users are found by userName, externalId, id, emails.value or phoneNumbers.value with eq, or by active alone.");
        return candidates.Count <= MaxCandidates
            ? new UserPlan(candidates, null)
            : ScimRefusals.Filter($"The filter names more than {MaxCandidates} users.");
    }

    // Null where others could match too.
    private static List<UserCandidate>? CandidatesOf(FilterTree filter) => filter switch
    {
        FilterTree.Both(var left, var right) => CandidatesOf(left) ?? CandidatesOf(right),
        FilterTree.Either(var left, var right) =>
            CandidatesOf(left) is { } one && CandidatesOf(right) is { } other ? [.. one.Union(other)] : null,
        FilterTree.Within(var path, var inner) when ListKey(path) is { } key && path.Sub is null => WithinCandidates(inner, key),
        FilterTree.Comparison { Operator: FilterOperator.Equal, Value: string value, Path: var path } when KeyOf(path) is { } key =>
            [new UserCandidate(key, value)],
        _ => null,
    };

    private static List<UserCandidate>? WithinCandidates(FilterTree inner, DirectoryKey key) => inner switch
    {
        FilterTree.Both(var left, var right) => WithinCandidates(left, key) ?? WithinCandidates(right, key),
        FilterTree.Either(var left, var right) =>
            WithinCandidates(left, key) is { } one && WithinCandidates(right, key) is { } other ? [.. one.Union(other)] : null,
        FilterTree.Comparison { Operator: FilterOperator.Equal, Value: string value, Path: { Sub: null } path }
            when path.Is("value", ScimUrns.User) => [new UserCandidate(key, value)],
        _ => null,
    };

    private static DirectoryKey? KeyOf(AttributePath path)
    {
        if (ListKey(path) is { } key)
            return path.Sub is null || path.Sub.Equals("value", StringComparison.OrdinalIgnoreCase) ? key : null;
        if (path.Sub is not null)
            return null;
        return path.Is("userName", ScimUrns.User) ? DirectoryKey.UserName
            : path.Is("externalId", ScimUrns.User) ? DirectoryKey.ExternalId
            : path.Is("id", ScimUrns.User) ? DirectoryKey.Id
            : null;
    }

    private static DirectoryKey? ListKey(AttributePath path) =>
        path.Is("emails", ScimUrns.User) ? DirectoryKey.Email
        : path.Is("phoneNumbers", ScimUrns.User) ? DirectoryKey.PhoneNumber
        : null;

    private static bool? TruthOf(object? value) => value as bool? ?? (bool.TryParse(value as string, out var read) ? read : null);
}
