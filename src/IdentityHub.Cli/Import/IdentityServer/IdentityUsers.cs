using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Cli.Users;
using IdentityHub.Cli.Users.Import;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>The users of ASP.NET Core Identity, with their password hashes as they are.</summary>
/// <param name="phoneRegion">Of national phone numbers; null: they are left out.</param>
internal sealed class IdentityUsers(SourceDatabase database, ImportReport report, string? phoneRegion, DateTimeOffset now)
{
    /// <summary>The table of the users.</summary>
    public const string Table = "AspNetUsers";

    private const string OfUsers = "users";
    private const string Logins = "AspNetUserLogins";

    // The provider of tokens that ASP.NET Core Identity keeps for itself.
    private const string OwnStore = "[AspNetUserStore]";

    // A lock that is longer was set by an administrator.
    private static readonly TimeSpan LongestLock = TimeSpan.FromDays(365);

    private static readonly string[] GivenNames = ["GivenName", "FirstName"];
    private static readonly string[] FamilyNames = ["FamilyName", "LastName", "Surname"];

    // A claim of .NET may have a URI for its name.
    private static readonly string[] GivenNameClaims =
        ["given_name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"];

    private static readonly string[] FamilyNameClaims =
        ["family_name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"];

    private const string LocaleClaim = "locale";

    private static readonly string[] Used =
    [
        "Id", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PasswordHash", "SecurityStamp",
        "ConcurrencyStamp", "PhoneNumber", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnd", "LockoutEnabled", "AccessFailedCount",
        "Locale", .. GivenNames, .. FamilyNames,
    ];

    private readonly UniqueAddresses _emails = new();
    private readonly UniqueAddresses _phones = new();
    private readonly UserCounts _more = new();

    /// <summary>Writes each user.</summary>
    public async Task WriteAsync(UserLines lines, CancellationToken cancellationToken)
    {
        var claims = (await database.ReadAsync(cancellationToken, "AspNetUserClaims")).ToLookup(row => row["UserId"]);
        var logins = (await database.ReadAsync(cancellationToken, Logins)).ToLookup(row => row["UserId"]);
        var tokens = (await database.ReadAsync(cancellationToken, "AspNetUserTokens")).ToLookup(row => row["UserId"]);
        await foreach (var user in database.StreamAsync(Table, cancellationToken))
        {
            _emails.Add(EmailOf(user), user["Id"] ?? "", user["EmailConfirmed"] is "true" or "1");
            _phones.Add(PhoneOf(user), user["Id"] ?? "", user["PhoneNumberConfirmed"] is "true" or "1");
        }

        await foreach (var user in database.StreamAsync(Table, cancellationToken))
        {
            if ((user["UserName"] ?? user["Email"]) is not { } name)
            {
                report.Add($"{OfUsers}/{user["Id"]}", "UserName", null, "Left out: the user has neither a name nor an e-mail address.");
                continue;
            }

            var label = $"{OfUsers}/{name}";
            var factor = FactorOf(label, user, [.. tokens[user["Id"]]]);
            var line = LineOf(label, name, user, [.. claims[user["Id"]]], factor);
            await lines.WriteAsync(line with { ExternalLogins = LoginsOf(label, [.. logins[user["Id"]]]) }, label);
        }

        await ReportRolesAsync(cancellationToken);
        await ReportPasskeysAsync(cancellationToken);
        _more.AddTo(report);
    }

    private UserLine LineOf(string label, string name, SourceRow user, List<SourceRow> claims, (string? Secret, string[] Codes) factor)
    {
        var id = user["Id"] ?? "";
        if (!Guid.TryParse(id, CultureInfo.InvariantCulture, out var guid))
            report.Add(label, "Id", id, "It is no UUID, so that the user gets a new one: sub in tokens changes.");
        var email = EmailOf(user) is { } normalized && _emails.IsOwner(normalized, id) ? user["Email"] : null;
        if (email is null && user["Email"] is { } refused)
            report.Add(label, "Email", refused, "Another user has it too, so that it was left out.");
        var phone = PhoneOf(user) is { } number && _phones.IsOwner(number, id) ? number : null;
        if (phone is null && user["PhoneNumber"] is { } typed)
            report.Add(
                label, "PhoneNumber", typed,
                PhoneOf(user) is null
                    ? "It has no country code, or is no phone number, so that it was left out. For national numbers: --phone-region."
                    : "Another user has it too, so that it was left out.");
        foreach (var column in user.Values.Keys.Where(column => user[column] is not null && !Used.Contains(column, SourceNames.Comparer)))
            _more.Add(column);
        var (given, family) = (ColumnOf(user, GivenNames), ColumnOf(user, FamilyNames));
        var locale = user["Locale"];
        CountLost(claims, GivenNameClaims, given);
        CountLost(claims, FamilyNameClaims, family);
        CountLost(claims, [LocaleClaim], locale);
        return new UserLine
        {
            Id = guid == Guid.Empty ? null : guid.ToString(),
            UserName = name,
            Email = email,
            EmailVerified = email is null ? null : user["EmailConfirmed"] is "true" or "1",
            PhoneNumber = phone,
            PhoneNumberVerified = phone is null ? null : user["PhoneNumberConfirmed"] is "true" or "1",
            GivenName = given ?? ClaimOf(claims, GivenNameClaims),
            FamilyName = family ?? ClaimOf(claims, FamilyNameClaims),
            Locale = locale ?? ClaimOf(claims, [LocaleClaim]),
            PasswordHash = user["PasswordHash"] is { } hash ? JsonValue.Create(hash) : null,
            Disabled = IsDisabled(label, user) ? true : null,
            TotpSecret = factor.Secret,
            RecoveryCodes = factor.Codes.Length == 0 ? null : factor.Codes,
            Claims = ClaimsOf(claims),
        };
    }

    private bool IsDisabled(string label, SourceRow user)
    {
        if (user["LockoutEnd"] is not { } text
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) || end <= now)
            return false;
        if (end - now > LongestLock)
            return true;
        report.Add(label, "LockoutEnd", text, "The user is locked for a while. The lock was left out: the user can log in.");
        return false;
    }

    private List<ExternalLogin>? LoginsOf(string label, List<SourceRow> logins)
    {
        var kept = new List<ExternalLogin>();
        foreach (var login in logins)
        {
            if (login["LoginProvider"] is { } provider && login["ProviderKey"] is { } subject)
                kept.Add(new(provider, subject, login["ProviderDisplayName"]));
            else
                report.Add(label, Logins, login["LoginProvider"], "Left out: the login has no provider or no key.");
        }

        return kept.Count == 0 ? null : kept;
    }

    // A key is there from the moment at which a user looked at the page that shows it: it counts where the second factor is on.
    private (string? Secret, string[] Codes) FactorOf(string label, SourceRow user, List<SourceRow> tokens)
    {
        var isOn = user["TwoFactorEnabled"] is "true" or "1";
        string? key = null;
        string[] codes = [];
        foreach (var token in tokens)
        {
            if (isOn && token["LoginProvider"] == OwnStore && token["Name"] == "AuthenticatorKey"
                && token["Value"] is { } value && UserFactors.IsSecret(Base32.Read(value)))
                key = value;
            else if (isOn && token["LoginProvider"] == OwnStore && token["Name"] == "RecoveryCodes")
                codes = (token["Value"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
            else
                report.Add(
                    label, $"AspNetUserTokens {token["Name"]}", "***",
                    token["LoginProvider"] == OwnStore
                        ? "It was left out, because the second factor is off, or the value has another form."
                        : "Tokens of other providers were left out.");
        }

        if (isOn && key is null)
            report.Add(
                label, "TwoFactorEnabled", "true",
                "There is no authenticator app, so that the password alone is enough: the user must set up a second factor again.");
        string[] readable = key is null ? [] : [.. codes.Where(code => RecoveryCodeHasher.Read(code) is not null)];
        if (readable.Length < codes.Length)
            report.Add(
                label, "AspNetUserTokens RecoveryCodes", "***",
                "Recovery codes of another form, or without an authenticator app, were left out: the user makes new ones at /account.");
        return (key, readable);
    }

    private Dictionary<string, string[]>? ClaimsOf(List<SourceRow> claims)
    {
        var own = claims.Where(claim => claim["ClaimType"] is not { } type
            || (!GivenNameClaims.Contains(type) && !FamilyNameClaims.Contains(type) && type != LocaleClaim)).ToList();
        foreach (var claim in own.Where(claim => !CanBeKept(claim)))
            _more.Add($"claim {claim["ClaimType"] ?? "without a type"}, empty or of several lines");
        foreach (var claim in own.Where(claim => CanBeKept(claim) && claim["ClaimValue"] != claim["ClaimValue"]!.Trim()))
            _more.Add($"claim {claim["ClaimType"]}, with blanks around the value", SourceObject.BlanksAdvice);
        var kept = own
            .Where(CanBeKept)
            .GroupBy(claim => claim["ClaimType"]!, claim => claim["ClaimValue"]!.Trim(), StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        return kept.Count == 0 ? null : kept;
    }

    // A file of users has no blanks around a value, and a line break is the end of one.
    private static bool CanBeKept(SourceRow claim) =>
        claim["ClaimType"] is not null && !string.IsNullOrWhiteSpace(claim["ClaimValue"])
        && !claim["ClaimValue"]!.Contains(ImportColumns.ListSeparator, StringComparison.Ordinal);

    // A claim that gives a name or the language counts where no column does, and of several the first.
    private void CountLost(List<SourceRow> claims, string[] types, string? column)
    {
        var used = column ?? ClaimOf(claims, types);
        foreach (var lost in claims.Where(claim => types.Contains(claim["ClaimType"]) && claim["ClaimValue"] is { } value && value != used))
            _more.Add($"claim {lost["ClaimType"]}, where there is another value");
    }

    private async Task ReportPasskeysAsync(CancellationToken cancellationToken)
    {
        var holders = (await database.ReadAsync(cancellationToken, "AspNetUserPasskeys")).Select(row => row["UserId"]).Distinct().Count();
        if (holders > 0)
            report.Add("users", "AspNetUserPasskeys", UserCounts.Of(holders), UserFactors.PasskeyAdvice);
    }

    private async Task ReportRolesAsync(CancellationToken cancellationToken)
    {
        var holders = (await database.ReadAsync(cancellationToken, "AspNetUserRoles")).ToLookup(row => row["RoleId"]);
        foreach (var role in await database.ReadAsync(cancellationToken, "AspNetRoles"))
            report.Add(
                "roles", role["Name"] ?? "?", UserCounts.Of(holders[role["Id"]].Count()),
                "Roles are held in an organization and name permissions: define it in organizations.yaml, and give users 'organization' "
                    + "and 'roles' in the file of users.");
        foreach (var claim in await database.ReadAsync(cancellationToken, "AspNetRoleClaims"))
            report.Add(
                "roles", $"AspNetRoleClaims {claim["ClaimType"]}", claim["ClaimValue"],
                "Roles have no claims here. It was left out: define a claim in claims.yaml.");
    }

    private static string? EmailOf(SourceRow user) => user["Email"] is { } email ? NameNormalizer.Normalize(email) : null;

    private string? PhoneOf(SourceRow user) => PhoneNumber.Normalize(TypedPhoneNumber.Read(user["PhoneNumber"], phoneRegion));

    private static string? ColumnOf(SourceRow user, string[] names) =>
        names.Select(name => user[name]).FirstOrDefault(name => name is not null);

    private static string? ClaimOf(List<SourceRow> claims, string[] types) =>
        claims.Find(claim => types.Contains(claim["ClaimType"]))?["ClaimValue"];
}
