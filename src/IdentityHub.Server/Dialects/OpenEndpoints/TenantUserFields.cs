using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Referrals;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>The fields of a tenant's user: how they are read, held against what was signed, changed, written and documented.</summary>
internal static class TenantUserFields
{
    private const int MaxNameLength = 256;
    private const int MaxLocaleLength = 35;

    private static readonly Field Id = Field.Text("id", "The tenant's own name for the user within the account.") with
    {
        MaxLength = TenantUser.MaxIdLength,
        Example = "\"bob-1\"",
        TextFault = FaultOfId,
    };

    private static readonly Field AccountId = Field.Text("accountId", "The tenant's own name for the account.") with
    {
        MaxLength = TenantUser.MaxIdLength,
        Example = "\"acc-1\"",
        TextFault = FaultOfId,
    };

    private static readonly Field Email = Field.Text("email", "Kept as it is; neither unique nor verified.") with
    {
        IsRequired = true,
        Format = "email",
        MaxLength = EmailAddress.MaxLength,
        Example = "\"bob@example.com\"",
        TextFault = static text => EmailAddress.IsValid(text) ? null : "is not an e-mail address",
    };

    private static readonly Field FirstName = Field.Text("firstName", "Given name.") with
    {
        IsRequired = true,
        MaxLength = MaxNameLength,
        Example = "\"Bob\"",
        TextFault = static text => string.IsNullOrWhiteSpace(text) ? "is blank" : null,
    };

    private static readonly Field LastName = Field.Text("lastName", "Family name.") with
    {
        MinLength = 0,
        MaxLength = MaxNameLength,
        Example = "\"Testerson\"",
        MayBeNull = true,
    };

    private static readonly Field Locale = Field.Text("locale", "Language and region, such as `en_US` or `en-US`.") with
    {
        MinLength = 0,
        MaxLength = MaxLocaleLength,
        Example = "\"en_US\"",
        MayBeNull = true,
        TextFault = static text => IsLocale(text) ? null : "is not a locale such as en_US",
    };

    private static readonly Field Code = Field.Text(
        "referralCode", "By which the user refers others: unique in the tenant, without regard to case. Left out: made of the name.") with
    {
        MinLength = ReferralCode.MinLength,
        MaxLength = ReferralCode.MaxLength,
        Pattern = "^[A-Za-z0-9_-]{3,64}$",
        Example = "\"BOBTESTERSON\"",
        TextFault = static text =>
            ReferralCode.Normalize(text) is null
                ? $"has other than {ReferralCode.MinLength} to {ReferralCode.MaxLength} of A-Z 0-9 _ -"
                : null,
    };

    private static readonly Field ImageUrl = Field.Text("imageUrl", "Address of a picture: http or https. Never fetched.") with
    {
        MinLength = 0,
        MaxLength = TenantUser.MaxImageUrlLength,
        Format = "uri",
        Example = "\"https://example.com/bob.png\"",
        MayBeNull = true,
        TextFault = static text => IsWebAddress(text) ? null : "is not an absolute http or https URL",
    };

    private static readonly Field LastInitial = Field.Text("lastInitial", "First letter of the family name.") with
    {
        MayBeNull = true,
        Example = "\"T\"",
    };

    private static readonly Field[] Calculated =
    [
        LastInitial,
        new Field("dateCreated", FieldType.Number, "Milliseconds since 1970.") { Example = "1764061200000" },
        new Field("referable", FieldType.Flag, "True until somebody has referred the user.") { Example = "true" },
    ];

    /// <summary>
    /// Of a user that is made or changed. The others of <see cref="Whole"/> are read over, so that what was read can be sent back.
    /// </summary>
    public static IReadOnlyList<Field> Written { get; } = [Id, AccountId, Email, FirstName, LastName, Locale, Code, ImageUrl];

    /// <summary>The fields of a user that the tenant and the user see.</summary>
    public static IReadOnlyList<Field> Whole { get; } =
    [Id, AccountId, Email, FirstName, LastName, LastInitial, Locale, Code, ImageUrl, .. Calculated[1..]];

    /// <summary>The public fields of a user.</summary>
    public static IReadOnlyList<Field> Public { get; } = [FirstName, LastInitial, ImageUrl, Code];

    /// <summary>The parameters of a path that name a user.</summary>
    public static IReadOnlyList<Field> InPath { get; } =
        [AccountId with { IsRequired = true }, Id with { Name = "userId", IsRequired = true }];

    /// <summary>The referral code in a path.</summary>
    public static Field CodeInPath { get; } = Code with { IsRequired = true, Description = "Compared without regard to case." };

    /// <summary>Why an account id or user id is refused; null when it is not.</summary>
    public static string? FaultOfId(string id) =>
        TenantUser.IsId(id)
            ? null
            : $"has other than 1 to {TenantUser.MaxIdLength} characters, or a slash, a percent sign or a control character among them";

    /// <summary>
    /// A body together with what was signed: what one of them does not say the other does; the refusal where they contradict each other, or
    /// the path.
    /// </summary>
    /// <param name="signed">The user of a write token; null where an API key vouches for the body.</param>
    public static Outcome<JsonBody> Joined(JsonBody body, JsonElement? signed, string accountId, string id)
    {
        if (Differs(body, AccountId, accountId) is { } wrongAccount)
            return wrongAccount;
        if (Differs(body, Id, id) is { } wrongId)
            return wrongId;
        if (signed is not { } user)
            return body;

        var joined = JsonObject.Create(body.Root)!;
        foreach (var field in Written)
        {
            if (!user.TryGetProperty(field.Name, out var value) || value.ValueKind == JsonValueKind.Null)
                continue;
            if (body.Member(field.Name) is not { } given)
                joined[field.Name] = JsonNode.Parse(value.GetRawText());
            else if (!IsSame(field, given, value))
                return OpenRefusals.Contradiction(field.Name, "the token");
        }

        return new JsonBody(JsonElement.Parse(joined.ToJsonString()));
    }

    /// <summary>What is wrong with a user that is to be made, or with a change; members that are only ever read are no fault.</summary>
    public static IReadOnlyList<FieldFault> FaultsOf(JsonBody body, bool isNew)
    {
        var faults = isNew ? FieldCheck.CheckNew(body.Root, Written) : FieldCheck.CheckPatch(body.Root, Written);
        return [.. faults.Where(fault => fault.IsKnown || !Calculated.Any(field => field.Name == fault.Name))];
    }

    /// <summary>The user of a body without faults; null where it lacks what a new one needs.</summary>
    public static DescribedTenantUser? Describe(JsonBody body, string accountId, string id) =>
        body.Text(Email.Name) is { } email && body.Text(FirstName.Name) is { } firstName
            ? new DescribedTenantUser(
                accountId, id, email, firstName, Optional(body, LastName), Optional(body, Locale),
                ReferralCode.Normalize(body.Text(Code.Name)), Optional(body, ImageUrl))
            : null;

    /// <summary>
    /// The user with a change applied that has no faults: what is absent stays, null and blank take away what may be missing.
    /// </summary>
    public static StoredTenantUser Apply(StoredTenantUser user, JsonBody change) => user with
    {
        Email = change.Text(Email.Name) ?? user.Email,
        FirstName = change.Text(FirstName.Name) ?? user.FirstName,
        LastName = change.Member(LastName.Name) is null ? user.LastName : Optional(change, LastName),
        Locale = change.Member(Locale.Name) is null ? user.Locale : Optional(change, Locale),
        ImageUrl = change.Member(ImageUrl.Name) is null ? user.ImageUrl : Optional(change, ImageUrl),
        ReferralCode = ReferralCode.Normalize(change.Text(Code.Name)) ?? user.ReferralCode,
    };

    /// <summary>Writes the fields of a user that the tenant and the user see.</summary>
    public static void Write(Utf8JsonWriter json, StoredTenantUser user)
    {
        json.WriteString("id"u8, user.Id);
        json.WriteString("accountId"u8, user.AccountId);
        json.WriteString("email"u8, user.Email);
        json.WriteString("firstName"u8, user.FirstName);
        json.WriteString("lastName"u8, user.LastName);
        json.WriteString("lastInitial"u8, InitialOf(user.LastName));
        json.WriteString("locale"u8, user.Locale);
        json.WriteString("referralCode"u8, user.ReferralCode);
        json.WriteString("imageUrl"u8, user.ImageUrl);
        json.WriteNumber("dateCreated"u8, user.CreatedAt.ToUnixTimeMilliseconds());
        json.WriteBoolean("referable"u8, !user.IsReferred);
    }

    /// <summary>Writes the public fields of a user.</summary>
    public static void WritePublic(Utf8JsonWriter json, StoredTenantUser user)
    {
        json.WriteString("firstName"u8, user.FirstName);
        json.WriteString("lastInitial"u8, InitialOf(user.LastName));
        json.WriteString("imageUrl"u8, user.ImageUrl);
        json.WriteString("referralCode"u8, user.ReferralCode);
    }

    /// <summary>The public name of the user: <c>Bob T.</c></summary>
    public static string PublicNameOf(StoredTenantUser user) =>
        InitialOf(user.LastName) is { } initial ? $"{user.FirstName} {initial}." : user.FirstName;

    private static string? InitialOf(string? lastName) =>
        string.IsNullOrWhiteSpace(lastName) ? null : StringInfo.GetNextTextElement(lastName.TrimStart()).ToUpperInvariant();

    private static Refusal? Differs(JsonBody body, Field field, string inPath) =>
        body.Member(field.Name) is { ValueKind: JsonValueKind.String } given && given.GetString() != inPath
            ? OpenRefusals.Contradiction(field.Name, "the path")
            : null;

    private static bool IsSame(Field field, JsonElement given, JsonElement signed) =>
        field == Code && given.ValueKind == JsonValueKind.String && signed.ValueKind == JsonValueKind.String
            ? string.Equals(given.GetString(), signed.GetString(), StringComparison.OrdinalIgnoreCase)
            : JsonElement.DeepEquals(given, signed);

    private static string? Optional(JsonBody body, Field field) =>
        body.Text(field.Name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    // As lenient as the callers are: BCP 47, and the older form with an underscore. Blank takes it away.
    private static bool IsLocale(string text) =>
        string.IsNullOrWhiteSpace(text) || (text.Split('_', '-') is [{ Length: >= 2 and <= 8 } language, ..] parts
            && language.All(char.IsAsciiLetter) && parts.All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit)));

    private static bool IsWebAddress(string text) =>
        string.IsNullOrWhiteSpace(text)
        || (
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            && text.StartsWith("http", StringComparison.OrdinalIgnoreCase));
}
