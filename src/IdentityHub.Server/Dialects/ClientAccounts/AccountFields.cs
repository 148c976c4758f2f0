using System.Text.Json;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>The fields of an account: how they are read, changed, written and documented.</summary>
internal static class AccountFields
{
    private const int MaxNameLength = 256;

    private static readonly Field UserId = Field.Text(
        "user_id", "Chosen by the caller: a UUID of version 4. It stays the account's for ever, after its erasure too.") with
    {
        IsRequired = true,
        Format = "uuid",
        Example = "\"80491f93-1eb1-42c2-b5e1-d2e94dac5ab9\"",
        TextFault = static text => IsVersion4(text) ? null : "is not a UUID of version 4",
    };

    private static readonly Field Email = Field.Text("email", "Unique without regard to case; logs in.") with
    {
        IsRequired = true,
        Format = "email",
        MaxLength = EmailAddress.MaxLength,
        Example = "\"new_client@client.com\"",
        TextFault = static text => EmailAddress.IsValid(text) ? null : "is not an e-mail address",
    };

    private static readonly Field PhoneNumberField = Field.Text("phone_number", "E.164: `+` and 7 to 15 digits. Unique; logs in.") with
    {
        Pattern = @"^\+[1-9][0-9]{6,14}$",
        Example = "\"+27821234567\"",
        TextFault = static text => PhoneNumber.Normalize(text) == text ? null : "is not a phone number in E.164, such as +27761234567",
    };

    private static readonly Field Name = new("name", FieldType.Object, "What the person is called.")
    {
        IsRequired = true,
        Members =
        [
            Field.Text("first_name", "Given name.") with
            {
                IsRequired = true,
                MaxLength = MaxNameLength,
                Example = "\"new\"",
                TextFault = FaultOfName,
            },
            Field.Text("last_name", "Family name.") with
            {
                IsRequired = true,
                MaxLength = MaxNameLength,
                Example = "\"client\"",
                TextFault = FaultOfName,
            },
        ],
    };

    private static readonly Field NewPassword = Field.Text(
        "password",
        $"At least {UserPolicy.MinPasswordLength} characters, at most {UserPasswordHasher.MaxPasswordBytes} bytes, and none of the most "
            + "common passwords. No rules about what it is made of.") with
    {
        IsRequired = true,
        Format = "password",
        MinLength = UserPolicy.MinPasswordLength,
        Example = "\"new_client\"",
        TextFault = UserPolicy.FaultOf,
    };

    private static readonly Field CustomDataField = new(
        "custom_data", FieldType.OpenObject,
        "Whatever the application keeps with the account: strings, numbers, booleans and objects of them, at most 8 KiB and "
            + $"{CustomData.MaxDepth} levels.")
    {
        Example = """{"plan":"gold","seats":3}""",
        ElementFault = CustomData.FaultsOfNew,
    };

    /// <summary>Of a sign-up.</summary>
    public static IReadOnlyList<Field> New { get; } = [UserId, Email, Name, NewPassword, PhoneNumberField, CustomDataField];

    /// <summary>Of a login: the password is what it is.</summary>
    public static IReadOnlyList<Field> Login { get; } =
    [Email, NewPassword with { Description = "The password.", MinLength = 1, TextFault = static _ => null }];

    /// <summary>Of a change.</summary>
    public static IReadOnlyList<Field> Patch { get; } =
    [
        Email, PhoneNumberField, Name, NewPassword,
        CustomDataField with
        {
            Description = CustomDataField.Description + " Merged into what is there (RFC 7396).",
            ElementFault = CustomData.FaultsOfPatch,
        },
    ];

    /// <summary>Of an erasure.</summary>
    public static IReadOnlyList<Field> Erasure { get; } =
    [
        Field.Text("reason", "Why. The first 512 characters are kept with the record of the erasure: nothing personal belongs here.") with
        {
            IsProse = true,
            MinLength = 0,
            Example = "\"closed by the customer\"",
        },
    ];

    /// <summary>The token of an account.</summary>
    public static Field ClientToken { get; } =
        Field.Text("client_token", "An access token of this one account: it is shown in its session list, and ends with its session.") with
        {
            IsRequired = true,
            Example = "\"iha_…\"",
        };

    /// <summary>Of the answer to a login.</summary>
    public static IReadOnlyList<Field> LoggedIn { get; } =
        [ClientToken, UserId, Email, PhoneNumberField with { MayBeNull = true }, Name, CustomDataField with { MayBeNull = true }];

    /// <summary>The account in a path.</summary>
    public static Field InPath { get; } =
        UserId with
        {
            Description = "The account.",
            TextFault = static text => Guid.TryParseExact(text, "D", out _) ? null : "is not a UUID",
        };

    /// <summary>Writes the members of an account.</summary>
    /// <param name="attributes">Those that the application may read; they stand in <c>custom_data</c>.</param>
    public static void Write(
        Utf8JsonWriter json, StoredClientAccount account, IReadOnlyList<KeyValuePair<string, object>> attributes)
    {
        json.WriteString("user_id"u8, account.UserId);
        json.WriteString("email"u8, account.Email);
        json.WriteString("phone_number"u8, account.PhoneNumber);
        json.WriteStartObject("name"u8);
        json.WriteString("first_name"u8, account.GivenName);
        json.WriteString("last_name"u8, account.FamilyName);
        json.WriteEndObject();
        CustomData.Write(json, "custom_data"u8, account.CustomData, attributes);
    }

    /// <summary>The account with a patch applied that has no faults; null when its custom data would be too long.</summary>
    /// <param name="custom">What the patch says of custom data, attributes of the configuration left out; null for nothing.</param>
    public static StoredClientAccount? Apply(StoredClientAccount account, JsonBody patch, JsonElement? custom)
    {
        var customData = account.CustomData;
        if (custom is { } data && !CustomData.TryMerge(customData, data, out customData))
            return null;
        var name = patch.Object("name");
        return account with
        {
            Email = patch.Text("email") ?? account.Email,
            PhoneNumber = patch.Member("phone_number") is null ? account.PhoneNumber : patch.Text("phone_number"),
            GivenName = name?.Text("first_name") ?? account.GivenName,
            FamilyName = name?.Text("last_name") ?? account.FamilyName,
            CustomData = customData,
        };
    }

    // RFC 9562 §5.4: version 4, variant 10.
    private static bool IsVersion4(string text) =>
        Guid.TryParseExact(text, "D", out var id) && id.Version == 4 && id.Variant is >= 8 and <= 11;

    private static string? FaultOfName(string name) => string.IsNullOrWhiteSpace(name) ? "is blank" : null;
}
