using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Cli.Users;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Import.Keycloak;

/// <summary>The users of a realm, with their password hashes as they are.</summary>
/// <param name="phoneRegion">Of national phone numbers; null: they are left out.</param>
internal sealed class KeycloakUsers(IReadOnlyList<SourceObject> users, ImportReport report, string? phoneRegion)
{
    private static readonly string[] PhoneNames = ["phoneNumber", "phone", "mobile"];

    private const int Digits = 6;
    private const int PeriodSeconds = 30;

    private readonly UniqueAddresses _emails = new();
    private readonly UniqueAddresses _phones = new();
    private readonly UserCounts _more = new();

    /// <summary>How many users there are.</summary>
    public int Count => users.Count;

    /// <summary>Writes each user.</summary>
    public async Task WriteAsync(UserLines lines)
    {
        foreach (var user in users)
        {
            _emails.Add(EmailOf(user), user.Label, user.Flag("emailVerified"));
            _phones.Add(PhoneOf(user), user.Label, user.Inner("attributes").Texts("phoneNumberVerified").Contains("true"));
        }

        foreach (var user in users)
        {
            if (user.Text("serviceAccountClientId") is not null)
                user.ReportLeftOut("it is the service account of a client: a client acts for itself here.");
            else if (user.Text("username") is not { } name)
                user.ReportLeftOut("the user has no name.");
            else
                await lines.WriteAsync(LineOf(user, name), user.Label);
        }

        _more.AddTo(report);
    }

    private UserLine LineOf(SourceObject user, string name)
    {
        var (attributes, id) = (user.Inner("attributes"), user.Text("id"));
        var hasUuid = Guid.TryParse(id, CultureInfo.InvariantCulture, out var guid);
        if (!hasUuid)
            user.Report("id", id, "It is no UUID, so that the user gets a new one: sub in tokens changes.");
        var email = _emails.IsOwner(EmailOf(user), user.Label) ? user.Text("email") : null;
        if (email is null && user.Text("email") is { } refused)
            user.Report("email", refused, "Another user has it too, so that it was left out.");
        var phone = PhoneOf(user) is { } number && _phones.IsOwner(number, user.Label) ? number : null;
        if (phone is null && FirstOf(attributes, PhoneNames) is { } typed)
            user.Report("phoneNumber", typed, "It is no phone number with a country code, or another user's. It was left out.");
        var locale = attributes.Texts("locale") is [var first, ..] ? first : null;
        attributes.Skip([.. PhoneNames, "phoneNumberVerified"]);
        foreach (var key in attributes.Keys.Except([.. PhoneNames, "phoneNumberVerified", "locale"], SourceNames.Comparer))
            _more.Add($"attribute {key}");
        foreach (var key in (string[])["realmRoles", "clientRoles", "groups"])
        {
            foreach (var held in key == "clientRoles" ? user.Inner(key).Keys : user.Texts(key))
                _more.Add($"{key} {held}");
        }

        var (password, totp) = CredentialsOf(user);
        var line = new UserLine
        {
            Id = hasUuid ? guid.ToString() : null,
            UserName = name,
            Email = email,
            EmailVerified = email is null ? null : user.Flag("emailVerified"),
            PhoneNumber = phone,
            PhoneNumberVerified = phone is null ? null : attributes.Texts("phoneNumberVerified").Contains("true"),
            GivenName = user.Text("firstName"),
            FamilyName = user.Text("lastName"),
            Locale = locale,
            PasswordHash = password,
            TotpSecret = totp,
            Disabled = user.Flag("enabled", missing: true) ? null : true,
        };
        foreach (var identity in user.Objects("federatedIdentities"))
            user.Report(
                "federatedIdentities", identity.Text("identityProvider"),
                "Logins at other providers were left out. Without a password the user needs the password reset.");
        foreach (var action in user.Texts("requiredActions"))
            user.Report("requiredActions", action, "Nothing is asked of the user at the next login. It was left out.");
        user.Skip("createdTimestamp", "totp", "disableableCredentialTypes", "notBefore", "access", "self", "origin");
        user.ReportRest("There is no counterpart. It was left out.");
        return line;
    }

    private (JsonNode? Password, string? Totp) CredentialsOf(SourceObject user)
    {
        JsonNode? password = null;
        string? totp = null;
        foreach (var credential in user.Objects("credentials"))
        {
            var type = credential.Text("type") ?? "password";
            if (type is "otp" or "totp" && totp is null && TotpOf(credential) is { } secret)
                totp = secret;
            else if (type != "password")
                user.Report(
                    "credentials", type,
                    "Only passwords and one authenticator app with six digits, thirty seconds and SHA-1 are brought along. "
                        + "This second factor was left out, so that the password alone is "
                        + "enough: the user must set it up again.");
            else if (password is null)
                password = HashOf(credential);
        }

        return (password, totp);
    }

    // The secret is the text itself, unless the export says that it is base32.
    private string? TotpOf(SourceObject credential)
    {
        var (data, secret) = (JsonOf(credential, "credentialData"), JsonOf(credential, "secretData"));
        if (secret.Text("value") is not { } value || data.Text("subType") is not "totp" || data.Number("digits") != Digits
            || data.Number("period") != PeriodSeconds || data.Text("algorithm") is not "HmacSHA1")
            return null;
        var bytes = data.Text("secretEncoding") == "BASE32" ? Base32.Read(value) : Encoding.UTF8.GetBytes(value);
        return bytes is { Length: > 0 } ? Base32.Write(bytes) : null;
    }

    // An export holds these objects as texts.
    private SourceObject JsonOf(SourceObject credential, string key)
    {
        var json = credential.Find(key) ?? default;
        try
        {
            json = json.ValueKind == JsonValueKind.String ? JsonElement.Parse(json.GetString()!) : json;
        }
        catch (JsonException)
        {
            json = default;
        }

        return new SourceObject(credential.Label, json, report);
    }

    private static JsonObject? HashOf(SourceObject credential)
    {
        if (credential.Find("credentialData") is { } data && credential.Find("secretData") is { } secret)
            return new JsonObject
            {
                ["credentialData"] = JsonNode.Parse(data.GetRawText()),
                ["secretData"] = JsonNode.Parse(secret.GetRawText()),
            };

        // Before version 8, the members were those of the credential.
        if (credential.Text("hashedSaltedValue") is { } value)
            return new JsonObject
            {
                ["algorithm"] = credential.Text("algorithm"),
                ["hashIterations"] = credential.Number("hashIterations"),
                ["salt"] = credential.Text("salt"),
                ["value"] = value,
            };
        credential.Report(
            "value", "***", "It holds the password itself, or none. It was left out: the user needs the password reset.");
        return null;
    }

    private static string? EmailOf(SourceObject user) => user.Text("email") is { } email ? NameNormalizer.Normalize(email) : null;

    private string? PhoneOf(SourceObject user) =>
        PhoneNumber.Normalize(TypedPhoneNumber.Read(FirstOf(user.Inner("attributes"), PhoneNames), phoneRegion));

    private static string? FirstOf(SourceObject attributes, string[] names) =>
        names.SelectMany(attributes.Texts).FirstOrDefault();
}
