using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityHub.Protocol.Scim;
using IdentityHub.Storage.Directories;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>A user as a resource. RFC 7643 §4.1.</summary>
internal static class UserResource
{
    /// <summary>All attributes that are shown by default.</summary>
    public static JsonObject Of(DirectoryEntry entry, string baseUrl)
    {
        var resource = new JsonObject
        {
            ["schemas"] = new JsonArray(ScimUrns.User),
            ["id"] = entry.Id.ToString(),
        };
        if (entry.ExternalId is { } externalId)
            resource["externalId"] = externalId;
        resource["userName"] = entry.UserName;
        if (NameOf(entry) is { } name)
            resource["name"] = name;
        resource["displayName"] = Formatted(entry) ?? entry.UserName;
        if (entry.Email is { } email)
            resource["emails"] = new JsonArray(Address(email, DirectorySchemas.Work));
        if (entry.PhoneNumber is { } phone)
            resource["phoneNumbers"] = new JsonArray(Address(phone, DirectorySchemas.Mobile));
        if (entry.Locale is { } locale)
            resource["preferredLanguage"] = locale;
        resource["active"] = entry.DisabledAt is null;
        if (entry.Groups.Count > 0)
            resource["groups"] = new JsonArray([.. entry.Groups.Select(group => Group(group, baseUrl))]);
        resource["meta"] = Meta("User", entry.CreatedAt, entry.UpdatedAt, LocationOf(entry.Id, baseUrl));
        resource["meta"]!["version"] = VersionOf(resource);
        return resource;
    }

    /// <summary>Where a user is.</summary>
    public static string LocationOf(Guid id, string baseUrl) => $"{baseUrl}/Users/{id}";

    /// <summary>The weak ETag of a resource that was made by <see cref="Of"/>.</summary>
    public static string VersionIn(JsonObject resource) => resource["meta"]!["version"]!.GetValue<string>();

    /// <summary>A weak ETag of what a resource shows: it is another one when anything of it has changed.</summary>
    public static string VersionOf(JsonObject resource) =>
        $"W/\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(resource.ToJsonString())).AsSpan(0, 12))}\"";

    /// <summary>RFC 7643 §3.1.</summary>
    public static JsonObject Meta(string type, DateTimeOffset? created, DateTimeOffset? changed, string location)
    {
        var meta = new JsonObject { ["resourceType"] = type };
        if (created is { } at)
            meta["created"] = Text(at);
        if (changed is { } last)
            meta["lastModified"] = Text(last);
        meta["location"] = location;
        return meta;
    }

    private static JsonObject? NameOf(DirectoryEntry entry)
    {
        var name = new JsonObject();
        if (entry.FamilyName is { } family)
            name["familyName"] = family;
        if (entry.GivenName is { } given)
            name["givenName"] = given;
        if (Formatted(entry) is { } formatted)
            name["formatted"] = formatted;
        return name.Count == 0 ? null : name;
    }

    private static string? Formatted(DirectoryEntry entry) =>
        string.Join(' ', new[] { entry.GivenName, entry.FamilyName }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } both
            ? both
            : null;

    private static JsonObject Address(string value, string type) =>
        new() { ["value"] = value, ["type"] = type, ["primary"] = true };

    private static JsonObject Group(DirectoryMembership group, string baseUrl) => new()
    {
        ["value"] = group.RoleId.ToString(),
        ["$ref"] = $"{baseUrl}/Groups/{group.RoleId}",
        ["display"] = group.RoleName,
    };

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
