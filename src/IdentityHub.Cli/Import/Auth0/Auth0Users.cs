using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Cli.Users;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Import.Auth0;

/// <summary>
/// Users of Auth0: lines of an export of profiles, and of one of password hashes (which support makes). Lines of the same user, in
/// whichever file, are one user.
/// </summary>
/// <param name="phoneRegion">Of national phone numbers; null: they are left out.</param>
internal sealed class Auth0Users(ImportReport report, string? phoneRegion)
{
    private const string Database = "auth0|";

    private static readonly string[] Ignored =
    [
        "user_id", "_id", "tenant", "connection", "_tmp_is_unique", "password_set_date", "created_at", "updated_at", "last_login",
        "last_ip", "logins_count", "identities", "name", "version", "email_verified", "phone_verified", "passwordHash",
        "last_password_reset", "email", "username", "given_name", "family_name", "phone_number", "blocked", "locale", "Id", "mfa_factors",
        "custom_password_hash",
    ];

    private readonly Dictionary<string, List<SourceObject>> _users = new(StringComparer.Ordinal);
    private readonly UniqueAddresses _emails = new();
    private readonly UniqueAddresses _phones = new();
    private readonly UserCounts _more = new();

    /// <summary>How many users were read.</summary>
    public int Count => _users.Count;

    /// <summary>Reads a file; a line that cannot be read is reported with its number.</summary>
    public async Task ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        using var reader = file.OpenText();
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (line.AsSpan().Trim().IsEmpty)
                continue;
            if (Parse(line) is not { } user || IdOf(user) is not { } id)
                report.Add(
                    "users", string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{number}"), null, "Left out: the line is no user.");
            else if (_users.TryGetValue(id, out var parts))
                parts.Add(user);
            else
                _users[id] = [user];
        }
    }

    /// <summary>Writes each user.</summary>
    public async Task WriteAsync(UserLines lines)
    {
        foreach (var (id, parts) in _users)
        {
            var factors = Auth0Factors.Read(parts, phoneRegion);
            _emails.Add(EmailOf(parts), id, IsEmailVerified(parts, factors));
            _phones.Add(PhoneOf(parts, factors), id, IsPhoneVerified(parts, factors));
        }

        foreach (var (id, parts) in _users)
        {
            if ((First(parts, "username") ?? First(parts, "email")) is not { } name)
            {
                report.Add($"users/{id}", "", null, "Left out: the user has neither a name nor an e-mail address.");
                continue;
            }

            await lines.WriteAsync(LineOf(id, name, parts), $"users/{name}");
        }

        if (lines.Count > 0)
            report.Add("users", "user_id", UserCounts.Of(lines.Count), "It is no UUID, so that users get new ones: sub in tokens changes.");
        _more.AddTo(report);
    }

    private UserLine LineOf(string id, string name, List<SourceObject> parts)
    {
        var factors = Auth0Factors.Read(parts, phoneRegion);
        var email = _emails.IsOwner(EmailOf(parts), id) ? First(parts, "email") : null;
        if (email is null && First(parts, "email") is { } refused)
            report.Add($"users/{name}", "email", refused, "Another user has it too, so that it was left out.");
        var phone = PhoneOf(parts, factors) is { } number && _phones.IsOwner(number, id) ? number : null;
        if (phone is null && First(parts, "phone_number") is { } typed)
            report.Add(
                $"users/{name}", "phone_number", typed, "It is no phone number with a country code, or another user's. It was left out.");
        foreach (var key in parts.SelectMany(part => part.Keys).Except(Ignored, SourceNames.Comparer).Distinct(SourceNames.Comparer))
            _more.Add(key);
        if (First(parts, "name") is { } full && full != First(parts, "email") && full != name
            && full != $"{First(parts, "given_name")} {First(parts, "family_name")}")
            _more.Add("name");
        factors.Report($"users/{name}", phone, EmailOf(parts), report);
        if (Flag(parts, "email_verified") == false && EmailOf(parts) is { } unverified && factors.Emails.Contains(unverified))
            report.Add($"users/{name}", "mfa_factors email", email, NotVerified("email_verified"));
        if (Flag(parts, "phone_verified") == false && phone is not null && factors.Phones.Contains(phone))
            report.Add($"users/{name}", "mfa_factors phone", phone, NotVerified("phone_verified"));
        var hash = Auth0Hash.Read($"users/{name}", parts, report);
        return new UserLine
        {
            UserName = name,
            Email = email,
            EmailVerified = email is null ? null : IsEmailVerified(parts, factors),
            PhoneNumber = phone,
            PhoneNumberVerified = phone is null ? null : IsPhoneVerified(parts, factors),
            GivenName = First(parts, "given_name"),
            FamilyName = First(parts, "family_name"),
            Locale = First(parts, "locale"),
            PasswordHash = hash is null ? null : JsonValue.Create(hash),
            Disabled = First(parts, "blocked") == "true" ? true : null,
            TotpSecret = factors.TotpSecret,
            ExternalLogins = Auth0Identities.Read(id, parts, _more),
        };
    }

    private static string NotVerified(string flag) =>
        $"The export says {flag}: false. It stays unverified, although it is the address of a second factor too.";

    private SourceObject? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            SourceJson.Check(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new SourceObject("users", document.RootElement.Clone(), report) : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // An export of profiles names "auth0|ID", one of hashes the ID alone.
    private static string? IdOf(SourceObject user) =>
        user.Text("user_id") ?? user.Text("Id") ?? (user.Inner("_id").Text("$oid") is { } oid ? Database + oid : null);

    private static string? First(List<SourceObject> parts, string key) =>
        parts.Select(part => part.Text(key)).FirstOrDefault(text => text is not null);

    private static string? EmailOf(List<SourceObject> parts) =>
        First(parts, "email") is { } email ? NameNormalizer.Normalize(email) : null;

    // A user who has no number has that of the second factor.
    private string? PhoneOf(List<SourceObject> parts, Auth0Factors factors) =>
        First(parts, "phone_number") is { } typed
            ? PhoneNumber.Normalize(TypedPhoneNumber.Read(typed, phoneRegion)) : factors.Phones is [var number, ..] ? number : null;

    // The user has proved the address of a second factor. What the other system says of the address itself goes before.
    private bool IsPhoneVerified(List<SourceObject> parts, Auth0Factors factors) =>
        Flag(parts, "phone_verified") ?? (PhoneOf(parts, factors) is { } phone && factors.Phones.Contains(phone));

    private static bool IsEmailVerified(List<SourceObject> parts, Auth0Factors factors) =>
        Flag(parts, "email_verified") ?? (EmailOf(parts) is { } email && factors.Emails.Contains(email));

    // Null where no line says it. Lines that contradict each other verify nothing.
    private static bool? Flag(List<SourceObject> parts, string key)
    {
        var said = parts.Select(part => part.Text(key)).OfType<string>().ToList();
        return said.Count == 0 ? null : said.TrueForAll(static text => text == "true");
    }
}
