using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>The fields of a user that callers may set, and those of the answers.</summary>
internal static class UserFields
{
    private const int MaxAttributes = 200;

    /// <summary>What a change may set. Whatever else an answer shows is the server's.</summary>
    public static IReadOnlyList<Field> Changeable { get; } =
    [
        Field.Text("user_name", "To log in with.") with
        {
            IsRequired = true, MaxLength = EmailAddress.MaxLength, Example = "\"alice\"",
        },
        Field.Text("email", "Belongs to one user only.") with
        {
            MaxLength = EmailAddress.MaxLength,
            Format = "email",
            TextFault = static text => EmailAddress.IsValid(text) ? null : "is no e-mail address",
            Example = "\"alice@example.com\"",
        },
        new(
            "email_verified", FieldType.Flag,
            "True where it was proven to be theirs; a new address is unproven where this is left out. Only who changes users of the whole "
                + "installation may set it to true. The first proven address of an account ends its sessions and removes its password, "
                + "its factors and an unproven phone number."),
        Field.Text("phone_number", "With its country code; belongs to one user only.") with
        {
            MaxLength = 32,
            TextFault = static text => PhoneNumber.Normalize(text) is null ? "is no phone number with its country code" : null,
            Example = "\"+27761234567\"",
        },
        new("phone_number_verified", FieldType.Flag, "The same for the phone number."),
        Field.Text("given_name", "As in OpenID Connect.") with { MaxLength = UserPolicy.MaxPersonNameLength },
        Field.Text("family_name", "As in OpenID Connect.") with { MaxLength = UserPolicy.MaxPersonNameLength },
        Field.Text("locale", "A language tag of BCP 47.") with
        {
            MaxLength = 35,
            TextFault = static text => text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-') ? null : "is no language tag",
            Example = "\"de-DE\"",
        },
        Field.Text("organization", "Id of the home organization; none for a user of the installation itself.") with { MaxLength = 64 },
        new("attributes", FieldType.OpenObject, "Attributes that the configuration defines; null takes one away.")
        {
            ElementFault = TooMany,
        },
    ];

    /// <summary>In addition, for a change.</summary>
    public static IReadOnlyList<Field> Patch { get; } =
        [.. Changeable, new("enabled", FieldType.Flag, "False ends all sessions, and nothing is issued any more.") { IsRequired = true }];

    /// <summary>In addition, for a new user.</summary>
    public static IReadOnlyList<Field> New { get; } =
    [
        .. Changeable,
        Field.Text("password", "Left out: the user cannot log in with a password until they set one.") with
        {
            MaxLength = 1024, Format = "password",
        },
        new("invite", FieldType.Flag, "True: a link to set a password is sent to the e-mail address; it works for seven days."),
        new("roles", FieldType.List, "Held in the home organization; built-in roles are held in the installation."),
    ];

    /// <summary>Of somebody who is invited to an organization.</summary>
    public static IReadOnlyList<Field> Invitation { get; } =
    [
        .. Changeable.Where(static field => field.Name is not ("organization" or "email_verified" or "phone_number_verified"))
            .Select(static field => field.Name switch
            {
                "email" => field with { IsRequired = true },
                "user_name" => field with { IsRequired = false, Description = "Left out: the e-mail address." },
                _ => field,
            }),
        new("roles", FieldType.List, "Held in the organization."),
    ];

    /// <summary>A user in a list.</summary>
    public static IReadOnlyList<Field> Row { get; } =
    [
        Field.Text("id", "`sub`.") with { IsRequired = true, Format = "uuid" },
        .. Changeable.Where(field => field.Type != FieldType.OpenObject)
            .Select(field => field with { IsRequired = true, MayBeNull = field.Type == FieldType.Text && !field.IsRequired }),
        new("enabled", FieldType.Flag, "False while an administrator has the user disabled.") { IsRequired = true },
        new("has_password", FieldType.Flag, "False for a user who cannot log in with a password.") { IsRequired = true },
        new("has_second_factor", FieldType.Flag, "True while the user has a second factor.") { IsRequired = true },
        Field.Text("created_at", "RFC 3339.") with { IsRequired = true, Format = "date-time" },
        Field.Text("updated_at", "Last change of what applications see.") with { IsRequired = true, Format = "date-time" },
    ];

    /// <summary>A user alone.</summary>
    public static IReadOnlyList<Field> View { get; } =
    [
        .. Row,
        new("attributes", FieldType.OpenObject, "Values by name.") { IsRequired = true },
        Field.Text("file", "The file that defines the user, who is changed there only.") with { IsRequired = true, MayBeNull = true },
        new("line", FieldType.Number, "Of that file.") { IsRequired = true, MayBeNull = true },
    ];

    private static IEnumerable<FieldFault> TooMany(string place, JsonElement value) =>
        value.GetPropertyCount() > MaxAttributes
            ? [new FieldFault(false, place, "attributes", $"has more than {MaxAttributes} members")]
            : [];
}
