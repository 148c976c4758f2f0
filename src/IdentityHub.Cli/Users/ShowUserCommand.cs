using System.CommandLine;
using System.Text.Json.Serialization;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users;

/// <summary>Everything about a user that an administrator asks for. Holds no credential.</summary>
/// <param name="Status"><c>active</c>, or the reason for which the user is not admitted.</param>
/// <param name="Roles">In the installation.</param>
/// <param name="Memberships">Roles in organizations, as <c>organization: role</c>.</param>
internal sealed record ShownUser(
    Guid Id, string UserName, string Status, string? GivenName, string? FamilyName, string? Email, bool EmailVerified, string? PhoneNumber,
    bool PhoneNumberVerified,
    string? Locale, string? OrganizationId, IReadOnlyList<string> Roles, IReadOnlyList<string> Memberships, bool HasPassword,
    bool HasSecondFactor, int Passkeys, int Sessions,
    DateTimeOffset CreatedAt, DateTimeOffset? ImportedAt, DateTimeOffset? DisabledAt, DateTimeOffset? BlockedUntil,
    DateTimeOffset? NotBefore)
{
    /// <summary>Attributes that the configuration defines.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>Logins at other providers that an import has brought along.</summary>
    public IReadOnlyList<ShownLogin> ExternalLogins { get; init; } = [];
}

/// <summary>A login at another provider.</summary>
/// <param name="Subject">Who the user is there, as the provider says it.</param>
internal sealed record ShownLogin(
    string Provider, string Subject, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name);

/// <summary><c>hub users show</c>: one user.</summary>
internal static class ShowUserCommand
{
    private const string Description =
        """
        Shows a user: names and addresses, whether they are admitted, roles, kinds of credentials, logins at other providers that
        an import has brought along (the user cannot sign in with them), and how many live sessions there are.

        Example:
          hub users show alice@example.com
        """;

    private const int LabelWidth = 16;
    private const int MostSessions = 1000;
    private static readonly Argument<string> User = NamedUser.NewArgument();

    public static Command Create()
    {
        var command = new Command("show", Description) { User, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var id = await NamedUser.FindAsync(database, parsed.GetRequiredValue(User), mayBeGone: false, cancellationToken);
        var user = await ReadAsync(database, id, cancellationToken);
        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(user);
        else
            Write(output, user);
        return ExitCode.Done;
    }

    private static async Task<ShownUser> ReadAsync(HubDatabase database, Guid id, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var now = TimeProvider.System.GetUtcNow();
        var user = await context.Users.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        var organizationDisabledAt = user.OrganizationId is null ? null
            : await context
                .Organizations.Where(row => row.Id == user.OrganizationId)
                .Select(row => row.DisabledAt)
                .SingleOrDefaultAsync(cancellationToken);
        var roles = await (
            from held in context.UserRoles
            join role in context.Roles on held.RoleId equals role.Id
            where held.UserId == id
            orderby role.Name
            select role.Name
        ).ToListAsync(cancellationToken);
        var memberships = await (
            from held in context.Memberships
            join role in context.Roles on held.RoleId equals role.Id
            where held.UserId == id
            orderby held.OrganizationId, role.Name
            select new { held.OrganizationId, role.Name }).ToListAsync(cancellationToken);
        var logins = await context.UserLogins
            .Where(login => login.UserId == id)
            .OrderBy(login => login.LoginProvider).ThenBy(login => login.ProviderKey)
            .Select(login => new ShownLogin(login.LoginProvider, login.ProviderKey, login.ProviderDisplayName))
            .ToListAsync(cancellationToken);
        var passkeys = await context.UserPasskeys.CountAsync(row => row.UserId == id, cancellationToken);
        var sessions = await new SessionStore(database).ListOfUserAsync(id, now, MostSessions, cancellationToken);
        var status = new AccountStatus(user.DisabledAt, user.LockoutEnd, user.NotBefore, organizationDisabledAt);
        return new ShownUser(
            id, user.UserName ?? "", status.GetDenialReason(now) ?? "active", user.GivenName, user.FamilyName, user.Email,
            user.EmailConfirmed, user.PhoneNumber,
            user.PhoneNumberConfirmed,
            user.Locale,
            user.OrganizationId,
            [.. roles.OfType<string>()],
            [.. memberships.Select(held => $"{held.OrganizationId}: {held.Name}")],
            user.PasswordHash is not null,
            user.TwoFactorEnabled,
            passkeys,
            sessions.Count,
            user.CreatedAt,
            user.ImportedAt,
            user.DisabledAt,
            user.LockoutEnd > now ? user.LockoutEnd : null, user.NotBefore > now ? user.NotBefore : null)
        {
            Attributes = (await new AppliedAttributes(database).ReadAsync(cancellationToken))
                .Of(await new UserAttributeStore(database).FindAsync(id, cancellationToken), party: null)
                .ToDictionary(StringComparer.Ordinal),
            ExternalLogins = logins,
        };
    }

    private static void Write(CommandOutput output, ShownUser user)
    {
        Line("Id", user.Id.ToString());
        Line("User name", user.UserName);
        Line("Status", user.Status);
        Line("Name", string.Join(' ', new[] { user.GivenName, user.FamilyName }.OfType<string>()));
        Line("E-mail", user.Email is null ? null : $"{user.Email} ({(user.EmailVerified ? "verified" : "not verified")})");
        Line(
            "Phone number",
            user.PhoneNumber is null ? null : $"{user.PhoneNumber} ({(user.PhoneNumberVerified ? "verified" : "not verified")})");
        Line("Language", user.Locale);
        Line("Organization", user.OrganizationId);
        Line("Roles", string.Join(", ", user.Roles));
        Line("Memberships", string.Join(", ", user.Memberships));
        Line("Attributes", string.Join("; ", user.Attributes.Select(one => $"{one.Key}: {AttributeText.Of(one.Value)}")));
        Line("External logins", string.Join("; ", user.ExternalLogins.Select(TextOf)));
        string[] credentials = [.. Credentials(user)];
        Line("Credentials", credentials.Length == 0 ? "none" : string.Join(", ", credentials));
        Line("Live sessions", user.Sessions == MostSessions ? $"{MostSessions} or more" : $"{user.Sessions}");
        Line("Created", CommandOutput.Time(user.CreatedAt));
        Line("Imported", user.ImportedAt is null ? null : CommandOutput.Time(user.ImportedAt));
        Line("Disabled", user.DisabledAt is null ? null : CommandOutput.Time(user.DisabledAt));
        Line("Blocked until", user.BlockedUntil is null ? null : CommandOutput.Time(user.BlockedUntil));
        Line("Not before", user.NotBefore is null ? null : CommandOutput.Time(user.NotBefore));

        void Line(string label, string? value) => output.WriteField(label, value, LabelWidth);
    }

    private static string TextOf(ShownLogin login) =>
        $"{login.Provider}: {login.Subject}{(login.Name is null ? "" : $" ({login.Name})")}";

    private static IEnumerable<string> Credentials(ShownUser user)
    {
        if (user.HasPassword)
            yield return "password";
        if (user.HasSecondFactor)
            yield return "second factor";
        if (user.Passkeys > 0)
            yield return $"{user.Passkeys} passkey{(user.Passkeys == 1 ? "" : "s")}";
    }
}
