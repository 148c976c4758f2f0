using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Cli.Users;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>The users of ASP.NET Core Identity, with their password hashes as they are.</summary>
/// <param name="phoneRegion">Of national phone numbers; null: they are left out.</param>
internal sealed class IdentityUsers(SourceDatabase database, ImportReport report, string? phoneRegion, DateTimeOffset now)
{
    /// <summary>The table of the users.</summary>
    public const string Table = "AspNetUsers";

    private const string OfUsers = "users";

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
            ReportFactors(label, user, logins[user["Id"]], tokens[user["Id"]]);
            await lines.WriteAsync(LineOf(label, name, user, [.. claims[user["Id"]]]), label);
        }

        await ReportRolesAsync(cancellationToken);
        _more.AddTo(report);
    }

    private UserLine LineOf(string label, string name, SourceRow user, List<SourceRow> claims)
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
        foreach (var type in claims.Select(claim => claim["ClaimType"]).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!GivenNameClaims.Contains(type) && !FamilyNameClaims.Contains(type) && type != LocaleClaim)
                _more.Add($"claim {type}");
        }

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

    private void ReportFactors(string label, SourceRow user, IEnumerable<SourceRow> logins, IEnumerable<SourceRow> tokens)
    {
        if (user["TwoFactorEnabled"] is "true" or "1")
            report.Add(
                label, "TwoFactorEnabled", "true",
                "The second factor was left out, so that the password alone is enough: the user must set one up again.");
        foreach (var login in logins)
            report.Add(
                label, "AspNetUserLogins", login["LoginProvider"],
                "Logins at other providers were left out. Without a password the user needs the password reset.");
        foreach (var token in tokens)
            report.Add(
                label, $"AspNetUserTokens {token["Name"]}", "***",
                token["Name"] switch
                {
                    "AuthenticatorKey" => "Keys of authenticator apps were left out: the user must set the app up again.",
                    "RecoveryCodes" => "Recovery codes were left out: the user gets new ones with a new second factor.",
                    _ => "Tokens of other providers were left out.",
                });
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
