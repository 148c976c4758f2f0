using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Storage.Directories;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>Reads out of a resource what the user is to be. Decision 0043 says what becomes of addresses.</summary>
internal static partial class UserWish
{
    private const int MaxExternalId = 256;

    /// <summary>What the directory wants, without the password.</summary>
    /// <param name="resource">As <see cref="ResourceReader"/> or <see cref="ResourcePatch"/> leaves it.</param>
    /// <param name="before">Null for a new user.</param>
    /// <param name="owns">True for an e-mail address in a domain of the organization.</param>
    public static Outcome<DirectoryWish> Read(JsonObject resource, DirectoryEntry? before, Func<string, bool> owns)
    {
        var userName = resource["userName"]!.GetValue<string>();
        var email = EmailOf(resource, userName, before);
        if (email is not null && !EmailAddress.IsValid(email))
            return ScimRefusals.Value("The e-mail address is not one; it must be something like alice@example.com.");
        var phone = PhoneOf(resource, before);
        if (!UserPolicy.IsUserName(userName, email, phone))
            return ScimRefusals.Value(
                $"A user name has {UserPolicy.UserNameRule}. Map userName to the same attribute as emails, or to one without '@'.");
        var locale = LocaleOf(resource);
        if (!locale.Succeeded)
            return locale.Error;
        if (TooLong(resource) is { } refusal)
            return refusal;

        return new DirectoryWish(
            userName, Text(resource["name"]?["givenName"]), Text(resource["name"]?["familyName"]), locale.Value.Tag, email,
            IsConfirmed(email, before, owns), phone, Text(resource["externalId"]),
            resource["active"]?.GetValue<bool>() ?? before is null or { DisabledAt: null }, PasswordHash: null);
    }

    // The primary one, else that of type work, else the first. Who has none and an address as their name has that one. A new name that is
    // an address takes the address along where both were the same before.
    private static string? EmailOf(JsonObject resource, string userName, DirectoryEntry? before)
    {
        var listed = ValuesOf(resource, "emails");
        var listedFirst = listed.Find(IsPrimary) ?? listed.Find(value => IsOfType(value, DirectorySchemas.Work)) ?? listed.FirstOrDefault();
        var chosen = Text(listedFirst?["value"]);
        if (!EmailAddress.IsValid(userName))
            return chosen;
        return chosen is null || (before is not null && chosen == before.Email && Same(before.UserName, before.Email)) ? userName : chosen;
    }

    // What is none with its country code is as if it had not been sent: the attribute is free text in directories.
    private static string? PhoneOf(JsonObject resource, DirectoryEntry? before)
    {
        var listed = ValuesOf(resource, "phoneNumbers");
        var chosen = Text((listed.Find(value => IsOfType(value, DirectorySchemas.Mobile) && IsPrimary(value))
            ?? listed.Find(value => IsOfType(value, DirectorySchemas.Mobile))
            ?? listed.Find(value => value["type"] is null))?["value"]);
        return chosen is null ? null : PhoneNumber.Normalize(chosen) ?? before?.PhoneNumber;
    }

    // A list as of Accept-Language: the first is the preferred one. RFC 7643 §4.1.1.
    private static Outcome<ReadTag> LocaleOf(JsonObject resource)
    {
        if (Text(resource["preferredLanguage"])?.Split(',', ';')[0].Trim().Replace('_', '-') is not { Length: > 0 } tag)
            return new ReadTag(null);
        return tag.Length <= LanguageTags.MaxLength && Tag().IsMatch(tag)
            ? new ReadTag(tag)
            : ScimRefusals.Value("'preferredLanguage' must be a language tag such as de or en-ZA.");
    }

    private static Refusal? TooLong(JsonObject resource)
    {
        if (Text(resource["name"]?["givenName"])?.Length > UserPolicy.MaxPersonNameLength
            || Text(resource["name"]?["familyName"])?.Length > UserPolicy.MaxPersonNameLength)
            return ScimRefusals.Value($"A given or family name has at most {UserPolicy.MaxPersonNameLength} characters.");
        return Text(resource["externalId"])?.Length > MaxExternalId
            ? ScimRefusals.Value($"'externalId' has at most {MaxExternalId} characters.")
            : null;
    }

    // What was proven stays proven while it is the same. Otherwise only the owner of the domain says so.
    private static bool IsConfirmed(string? email, DirectoryEntry? before, Func<string, bool> owns) =>
        email is not null && (before is not null && Same(email, before.Email) ? before.EmailConfirmed : owns(email));

    private static bool Same(string one, string? other) =>
        other is not null && NameNormalizer.Normalize(one) == NameNormalizer.Normalize(other);

    private static List<JsonObject> ValuesOf(JsonObject resource, string name) =>
        [.. (resource[name] as JsonArray)?.OfType<JsonObject>().Where(value => value["value"] is not null) ?? []];

    private static bool IsPrimary(JsonObject value) => value["primary"]?.GetValue<bool>() == true;

    private static bool IsOfType(JsonObject value, string type) =>
        string.Equals(Text(value["type"]), type, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonNode? node) => node?.GetValue<string>();

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
    private static partial Regex Tag();

    // Null is a value here: none.
    private readonly record struct ReadTag(string? Tag);
}
