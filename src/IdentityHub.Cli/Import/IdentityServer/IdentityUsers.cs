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
        var logins = (await database.ReadAsync(cancellationToken, "AspNetUserLogins")).ToLookup(row => row["UserId"]);
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
            ReportLogins(label, logins[user["Id"]]);
            var factor = FactorOf(label, user, [.. tokens[user["Id"]]]);
            await lines.WriteAsync(LineOf(label, name, user, [.. claims[user["Id"]]], factor), label);
        }

        await ReportRolesAsync(cancellationToken);
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
        return new UserLine
        {
            Id = guid == Guid.Empty ? null : guid.ToString(),
            UserName = name,
            Email = email,
            EmailVerified = email is null ? null : user["EmailConfirmed"] is "true" or "1",
            PhoneNumber = phone,
            PhoneNumberVerified = phone is null ? null : user["PhoneNumberConfirmed"] is "true" or "1",
            GivenName = ColumnOf(user, GivenNames) ?? ClaimOf(claims, GivenNameClaims),
            FamilyName = ColumnOf(user, FamilyNames) ?? ClaimOf(claims, FamilyNameClaims),
            Locale = user["Locale"] ?? ClaimOf(claims, [LocaleClaim]),
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

    private void ReportLogins(string label, IEnumerable<SourceRow> logins)
    {
        foreach (var login in logins)
            report.Add(
                label, "AspNetUserLogins", login["LoginProvider"],
                "Logins at other providers were left out. Without a password the user needs the password reset.");
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
                && token["Value"] is { } value && Base32.Read(value) is { Length: > 0 })
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

    private static Dictionary<string, string[]>? ClaimsOf(List<SourceRow> claims)
    {
        var kept = claims
            .Where(claim => claim["ClaimType"] is { Length: > 0 } type && claim["ClaimValue"] is { Length: > 0 } value
                && !GivenNameClaims.Contains(type) && !FamilyNameClaims.Contains(type) && type != LocaleClaim
                && !value.Contains(ImportColumns.ListSeparator, StringComparison.Ordinal))
            .GroupBy(claim => claim["ClaimType"]!, claim => claim["ClaimValue"]!, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        return kept.Count == 0 ? null : kept;
    }

    private async Task ReportRolesAsync(CancellationToken cancellationToken)
    {
        var holders = (await database.ReadAsync(cancellationToken, "AspNetUserRoles")).ToLookup(row => row["RoleId"]);
        foreach (var role in await database.ReadAsync(cancellationToken, "AspNetRoles"))
            report.Add(
                "roles", role["Name"] ?? "?", UserCounts.Of(holders[role["Id"]].Count()),
                "Roles are held in an organization and name permissions: define it in organizations.yaml, and give users 'organization' "
                    + "and 'roles' in the file of users.");
    }

    private static string? EmailOf(SourceRow user) => user["Email"] is { } email ? NameNormalizer.Normalize(email) : null;

    private string? PhoneOf(SourceRow user) => PhoneNumber.Normalize(TypedPhoneNumber.Read(user["PhoneNumber"], phoneRegion));

    private static string? ColumnOf(SourceRow user, string[] names) =>
        names.Select(name => user[name]).FirstOrDefault(name => name is not null);

    private static string? ClaimOf(List<SourceRow> claims, string[] types) =>
        claims.Find(claim => types.Contains(claim["ClaimType"]))?["ClaimValue"];
}
