using System.Text.Json.Nodes;
using IdentityHub.Protocol.Scim;
using IdentityHub.Storage.Directories;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>A role of the organization as a resource. RFC 7643 §4.2.</summary>
internal static class GroupResource
{
    /// <summary>All attributes that are shown by default.</summary>
    /// <param name="members">Null, or more than <see cref="DirectoryGroupStore.MaxMembers"/>: the answer has no members.</param>
    public static JsonObject Of(DirectoryRole role, IReadOnlyList<DirectoryMember>? members, string baseUrl)
    {
        var resource = new JsonObject
        {
            ["schemas"] = new JsonArray(ScimUrns.Group),
            ["id"] = role.Id.ToString(),
        };
        if (role.ExternalId is { } externalId)
            resource["externalId"] = externalId;
        resource["displayName"] = role.Name;
        if (members is { Count: <= DirectoryGroupStore.MaxMembers })
            resource["members"] = new JsonArray([.. members.Select(member => Member(member, baseUrl))]);
        resource["meta"] = UserResource.Meta("Group", role.AdoptedAt, changed: null, LocationOf(role.Id, baseUrl));
        return resource;
    }

    /// <summary>Where a group is.</summary>
    public static string LocationOf(Guid id, string baseUrl) => $"{baseUrl}/Groups/{id}";

    /// <summary>The weak ETag of a group with these members.</summary>
    public static string VersionOf(DirectoryRole role, IReadOnlyList<DirectoryMember> members, string baseUrl)
    {
        var resource = Of(role, [], baseUrl);
        resource["members"] = new JsonArray(
            [.. members.Take(DirectoryGroupStore.MaxMembers + 1).Select(member => JsonValue.Create(member.UserId.ToString()))]);
        return UserResource.VersionOf(resource);
    }

    private static JsonObject Member(DirectoryMember member, string baseUrl) => new()
    {
        ["value"] = member.UserId.ToString(),
        ["$ref"] = UserResource.LocationOf(member.UserId, baseUrl),
        ["type"] = "User",
        ["display"] = member.UserName,
    };
}
