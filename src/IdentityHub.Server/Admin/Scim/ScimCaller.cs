using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Directories;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>A directory that calls.</summary>
/// <param name="OrganizationId">Whose directory it is.</param>
/// <param name="Permissions">Of its API key; null for a client, which may give every role of its organization.</param>
internal sealed record ScimCaller(string OrganizationId, IReadOnlyList<string>? Permissions)
{
    /// <summary>True where it may give the role to users: an API key gives no role that allows more than itself.</summary>
    public bool MayGive(DirectoryRole role) =>
        Permissions is null
        || role.Permissions.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(Permissions.Contains);

    /// <summary>
    /// True where it may change how a user logs in, and erase them: who sets a password has all that the user has, so an API key does so of
    /// no user who may do more than itself.
    /// </summary>
    public bool MayRule(DirectoryEntry user) => Permissions is null || user.Allowed.All(Permissions.Contains);
}

/// <summary>One call of a directory.</summary>
/// <param name="BaseUrl">Of the SCIM endpoints, without a slash at the end.</param>
/// <param name="Condition">What <c>If-Match</c> says.</param>
internal sealed record ScimCall(
    ScimCaller Caller, RequestContext Context, string BaseUrl, VersionCondition Condition, CancellationToken Cancelled);
