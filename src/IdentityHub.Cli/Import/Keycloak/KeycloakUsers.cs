using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Cli.Users;
using IdentityHub.Cli.Users.Import;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Import.Keycloak;

/// <summary>The users of a realm, with their password hashes as they are.</summary>
/// <param name="phoneRegion">Of national phone numbers; null: they are left out.</param>
internal sealed class KeycloakUsers(IReadOnlyList<SourceObject> users, ImportReport report, string? phoneRegion)
{
    private static readonly string[] PhoneNames = ["phoneNumber", "phone", "mobile"];

    // What is read of credentials, and what only Keycloak's own pages show.
    private static readonly string[] CredentialKeys =
    [
        "id", "type", "userLabel", "createdDate", "priority", "credentialData", "secretData", "value", "algorithm", "hashIterations",
        "salt", "hashedSaltedValue", "counter", "digits", "period", "device", "config",
    ];

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
        foreach (var other in PhoneNames.SelectMany(attributes.Texts).Skip(1))
            user.Report("phoneNumber", other, "A user has one phone number here. It was left out.");
        foreach (var other in attributes.Texts("locale").Skip(1))
            user.Report("locale", other, "A user has one language here. It was left out.");
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
            ExternalLogins = LoginsOf(user),
        };
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
            if (type is not "password")
                totp = OtherOf(user, credential, type, totp);
            else if (password is null)
                password = HashOf(credential);
            else
                user.Report("credentials", type, "A user has one password here. This one was left out.");
            credential.Skip(CredentialKeys);
            credential.ReportRest("There is no counterpart. It was left out.", areSecret: true);
        }

        return (password, totp);
    }

    private string? OtherOf(SourceObject user, SourceObject credential, string type, string? totp)
    {
        var (secret, fault) = type is "otp" or "totp" or "hotp" ? KeycloakOtp.Read(credential, report) : (null, AdviceOf(type));
        if (secret is not null && totp is null)
            return secret;
        user.Report("credentials", type, fault ?? "A user has one authenticator app here. This one was left out.");
        return totp;
    }

    private static string AdviceOf(string type) => type switch
    {
        "webauthn" or "webauthn-passwordless" => UserFactors.PasskeyAdvice,
        "recovery-authn-codes" => UserFactors.CodesAdvice,
        "password-history" => "Earlier passwords are not kept. It was left out.",
        _ => UserFactors.LostAdvice,
    };

    private static List<ExternalLogin>? LoginsOf(SourceObject user)
    {
        var kept = new List<ExternalLogin>();
        foreach (var identity in user.Objects("federatedIdentities"))
        {
            var (provider, subject, shown) = (identity.Text("identityProvider"), identity.Text("userId"), identity.Text("userName"));
            if (provider is not null && subject is not null)
                kept.Add(new(provider, subject, shown));
            else
                user.Report("federatedIdentities", provider, "Left out: it has no identityProvider or no userId.");
            identity.ReportRest("There is no counterpart. It was left out.", areSecret: true);
        }

        return kept.Count == 0 ? null : kept;
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
