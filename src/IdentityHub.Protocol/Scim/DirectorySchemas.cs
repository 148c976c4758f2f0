namespace IdentityHub.Protocol.Scim;

/// <summary>The schemas of an organization's directory. RFC 7643 §4.1, §4.2.</summary>
public static class DirectorySchemas
{
    /// <summary>Types of e-mail addresses and phone numbers that are stored.</summary>
    public const string Work = "work", Mobile = "mobile";

    public static ScimSchema User { get; } = new(
        ScimUrns.User, "User", "A user of the organization, or of one below it.",
        [
            new("userName", ScimType.String, "What the user logs in with. An e-mail address must be the user's own.")
            {
                IsRequired = true, IsUnique = true,
            },
            new("name", ScimType.Complex, "The parts of the name.")
            {
                Subs =
                [
                    new("familyName", ScimType.String, "Family name."),
                    new("givenName", ScimType.String, "Given name."),
                    new("formatted", ScimType.String, "Both, as they are shown.") { Mutability = AttributeMutability.ReadOnly },
                ],
            },
            new("displayName", ScimType.String, "Given and family name; the user name where there is neither.")
            {
                Mutability = AttributeMutability.ReadOnly,
            },
            Addresses("emails", "The e-mail address. One is stored: the primary one, else that of type work, else the first.", Work),
            Addresses("phoneNumbers", "The phone number of type mobile, with its country code. Others are not stored.", Mobile),
            new("preferredLanguage", ScimType.String, "The language of messages and pages, BCP 47."),
            new("active", ScimType.Boolean, "False: the user may not log in, and everything that they were signed in to has ended."),
            new("password", ScimType.String, "A new password.") { Mutability = AttributeMutability.WriteOnly, IsCaseExact = true },
            new("groups", ScimType.Complex, "The groups that the user is a member of.")
            {
                IsMultiValued = true,
                Mutability = AttributeMutability.ReadOnly,
                Subs =
                [
                    new("value", ScimType.String, "Id of the group.") { Mutability = AttributeMutability.ReadOnly, IsCaseExact = true },
                    Reference("Group") with { Mutability = AttributeMutability.ReadOnly },
                    new("display", ScimType.String, "Name of the group.") { Mutability = AttributeMutability.ReadOnly },
                ],
            },
        ],
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "displayName", "nickName", "profileUrl", "title", "userType", "locale", "timezone", "ims", "photos", "addresses",
            "entitlements", "roles", "x509Certificates", "name.formatted", "name.middleName", "name.honorificPrefix",
            "name.honorificSuffix",
            "emails.display", "phoneNumbers.display",
        })
    {
        IgnoredExtensions = new HashSet<string>([ScimUrns.EnterpriseUser], StringComparer.OrdinalIgnoreCase),
    };

    public static ScimSchema Group { get; } = new(
        ScimUrns.Group, "Group", "A role of the organization.",
        [
            new("displayName", ScimType.String, "Name of the role.")
            {
                IsRequired = true, IsUnique = true, Mutability = AttributeMutability.Immutable, IsCaseExact = true,
            },
            new("members", ScimType.Complex, "The users who have the role in the organization.")
            {
                IsMultiValued = true,
                Subs =
                [
                    new("value", ScimType.String, "Id of the user.") { Mutability = AttributeMutability.Immutable, IsCaseExact = true },
                    Reference("User") with { Mutability = AttributeMutability.Immutable },
                    new("type", ScimType.String, "Always User.")
                    {
                        Mutability = AttributeMutability.Immutable, CanonicalValues = ["User"],
                    },
                    new("display", ScimType.String, "User name.") { Mutability = AttributeMutability.ReadOnly },
                ],
            },
        ],
        new HashSet<string>(StringComparer.OrdinalIgnoreCase))
    {
        IgnoredExtensions = new HashSet<string>([ScimUrns.EntraGroup], StringComparer.OrdinalIgnoreCase),
    };

    private static AttributeDefinition Addresses(string name, string description, string type) =>
        new(name, ScimType.Complex, description)
        {
            IsMultiValued = true,
            Subs =
            [
                new("value", ScimType.String, "The address itself.") { IsUnique = true },
                new("type", ScimType.String, "What it is for.") { CanonicalValues = [type] },
                new("primary", ScimType.Boolean, "True for the one that is stored."),
            ],
        };

    private static AttributeDefinition Reference(string type) =>
        new("$ref", ScimType.Reference, "Where it is.") { IsCaseExact = true, ReferenceTypes = [type] };
}
