using System.Text.RegularExpressions;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Tokens;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication;

/// <summary>
/// What each way to a session answers to each kind of user: a row for each way, a column for each kind. The rows are complete by
/// <see cref="Every_place_that_starts_a_session_has_a_row"/>.
/// </summary>
public partial class LoginMatrixTests
{
    private const string None = "no factor";
    private const string Totp = "authenticator app";
    private const string Passkey = "passkey";
    private const string Required = "required, none set up";
    private const string Remembered = "remembered browser";
    private const string StepUp = "both factors asked for";

    private static readonly string[] Columns = [None, Totp, Passkey, Required, Remembered, StepUp];

    // acr:N: a session of that level has started. asks: the page of the second step, or of the device, asks for a second factor. sets up:
    // the page sets one up. A number: the status of a refusal, with its reason where the caller is told. A program and a new user have no
    // factor to prove; a passkey proves two factors at once.
    private const string Table =
        """
                                   | no factor | authenticator app | passkey | required, none set up | remembered browser | both factors asked for
        password grant             | acr:1     | 400 mfa_required  | acr:1   | 400 mfa_required      | 400 mfa_required   | 400 mfa_required
        password grant with a code | acr:1     | 400 mfa_required  | acr:1   | 400 mfa_required      | 400 mfa_required   | 400 mfa_required
        one-time password grant    | acr:1     | 400 mfa_required  | acr:1   | 400 mfa_required      | 400 mfa_required   | 400 mfa_required
        JWT bearer grant           | acr:1     | 400 mfa_required  | acr:1   | 400 mfa_required      | 400 mfa_required   | 400 mfa_required
        device code grant          | acr:1     | asks              | acr:1   | asks                  | asks               | asks
        login session              | acr:1     | 401               | acr:1   | 401                   | 401                | 401
        service user               | acr:1     | 401               | acr:1   | acr:1                 | 401                | 401
        client account             | acr:1     | 401               | acr:1   | 401                   | 401                | 401
        sign-up of a client account | acr:1    | acr:1             | acr:1   | 401                   | acr:1              | acr:1
        login page                 | acr:1     | asks              | acr:1   | sets up               | acr:1 remembered   | asks
        passkey                    | acr:3     | acr:3             | acr:3   | acr:3                 | acr:3              | acr:3
        code page                  | acr:1     | asks              | acr:1   | sets up               | acr:1 remembered   | asks
        link in the mail           | acr:1     | asks              | acr:1   | sets up               | acr:1 remembered   | asks
        sign-up page               | acr:1     | acr:1             | acr:1   | sets up               | acr:1              | acr:1
        sign-up with a code        | acr:1     | acr:1             | acr:1   | sets up               | acr:1              | acr:1
        link of a sign-up          | acr:1     | acr:1             | acr:1   | sets up               | acr:1              | acr:1
        """;

    // They start no session of their own: the last step of several ways, the second step of a login, and a change in a session.
    private static readonly string[] Shared =
    [
        "Accounts/PasswordChange.cs", "Dialects/ClientAccounts/BuiltInClientTokens.cs", "Grants/LoginTokens.cs", "Ui/Login/BrowserLogin.cs",
        "Ui/Login/CodeSendingPage.cs", "Ui/Login/LoginEnrol.cshtml.cs", "Ui/Login/LoginSecond.cshtml.cs",
    ];

    [TestCaseSource(nameof(Columns))]
    public async Task Each_way_to_a_session_answers_as_the_table_says(string column)
    {
        var seen = new Dictionary<string, string>();
        foreach (var verifiedEmail in new[] { false, true })
        {
            await using var hub = await StartAsync(column, verifiedEmail);
            var starters = new LoginStarters(hub);
            var rows = await starters.AllAsync(verifiedEmail);
            await PrepareAsync(hub, starters, column, verifiedEmail);
            foreach (var starter in rows)
                seen[starter.Name] = await SeeAsync(hub, starter);
        }

        Assert.That(seen, Is.EquivalentTo(Expected(column)));
    }

    [Test]
    public async Task Every_place_that_starts_a_session_has_a_row()
    {
        await using var hub = await StartAsync(None, verifiedEmail: false);
        await using var other = await StartAsync(None, verifiedEmail: true);
        IReadOnlyList<LoginStarter> rows =
            [.. await new LoginStarters(hub).AllAsync(), .. await new LoginStarters(other).AllAsync(verifiedEmail: true)];
        var server = SourceTree.PathOf("src/IdentityHub.Server");
        var starting = Directory.EnumerateFiles(server, "*.cs", SearchOption.AllDirectories)
            .Where(file => Starts().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(server, file).Replace('\\', '/'));

        Assert.That(starting, Is.EquivalentTo(rows.Select(row => row.File).Concat(Shared).Distinct()));
        Assert.That(rows.Select(row => row.Name), Is.EquivalentTo(Expected(None).Keys));
    }

    [TestCase("internal sealed class SomeGrant(PasswordCheck passwords, LoginTokens logins) : IGrant")]
    [TestCase("internal sealed class SomeModel(Tickets tickets, BrowserLogin login)")]
    [TestCase("internal sealed class SomeEndpoint(LoginPolicy policy, LsidStart sessions)")]
    [TestCase("var decision = await policy.DecideAsync(user, context, cancellationToken);")]
    public void A_new_place_is_found(string code) => Assert.That(Starts().IsMatch(code), Is.True);

    private static async Task PrepareAsync(Hub hub, LoginStarters starters, string column, bool verifiedEmail)
    {
        switch (column)
        {
            case Passkey when !verifiedEmail:
                foreach (var (name, password) in new[]
                    {
                        (LoginStarters.UserName, TokenRequests.AlicePassword), ("service_user", ServiceUsers.Password),
                        (starters.Account.Email, starters.Account.Password),
                    })
                    (await (await starters.SignInAsync(name, password)).NewPasskeyAsync()).Dispose();
                break;
            case Required:
                hub.Time.Advance(TimeSpan.FromMinutes(5));
                break;
            case Totp or Remembered or StepUp:
                await SetUpAppsAsync(hub, starters, isRemembered: column != Totp);
                break;
            default:
                break;
        }

        if (column == StepUp)
        {
            var ticket = LoginTicket.For("/account") with { AsksSecondFactor = true };
            var address = hub.Services.GetRequiredService<Tickets>().AddressOf(ticket, hub.Time.GetUtcNow());
            starters.Query = address[address.IndexOf('?', StringComparison.Ordinal)..];
        }
    }

    private static async Task SetUpAppsAsync(Hub hub, LoginStarters starters, bool isRemembered)
    {
        await using var context = hub.NewContext();
        var apps = new Dictionary<string, TestAuthenticator>();
        foreach (var user in await context.Users.AsNoTracking().ToListAsync())
            apps[user.UserName!] = await hub.SetUpAsync(user.Id);
        if (!isRemembered)
            return;
        var browser = new Browser(hub.Client);
        var page = await browser.LogInAsync(await browser.GetAsync("/login"), LoginStarters.UserName, TokenRequests.AlicePassword);
        await browser.SubmitAsync(
            page, Support.SecondFactors.Login, ("proof", apps[LoginStarters.UserName].CodeAt(hub.Time.GetUtcNow())),
            ("remember_browser", "true"));
        starters.Remembered = browser.Cookies[LoginStarters.RememberedCookie];
        starters.DeviceBrowser = await starters.SignInAsync(LoginStarters.UserName, TokenRequests.AlicePassword);
    }

    private static async Task<string> SeeAsync(Hub hub, LoginStarter starter)
    {
        await using var context = hub.NewContext();
        var before = await context.Sessions.Select(session => session.Id).ToListAsync();
        var (status, body) = await starter.Start();
        var started = await context.Sessions.Where(session => !before.Contains(session.Id))
            .Select(session => new { session.AuthenticationMethods, session.HasRememberedFactor }).ToListAsync();
        return (status, started) switch
        {
            (200, [var one]) =>
                $"acr:{AuthenticationContext.LevelOf(one.AuthenticationMethods)}{(one.HasRememberedFactor ? " remembered" : "")}",
            (200, []) when body.Contains("name=\"proof\"", StringComparison.Ordinal) => "asks",
            (200, []) when body.Contains("sign in again with your second factor", StringComparison.Ordinal) => "asks",
            (200, []) when body.Contains("name=\"secret\"", StringComparison.Ordinal) => "sets up",
            ( >= 400 and < 500, []) => body.Contains("mfa_required", StringComparison.Ordinal) ? $"{status} mfa_required" : $"{status}",
            _ => $"{status}, {started.Count} sessions: {body}",
        };
    }

    private static Dictionary<string, string> Expected(string column)
    {
        var lines = Table.Split('\n').Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        var index = Array.IndexOf(lines[0], column);
        return lines.Skip(1).ToDictionary(line => line[0], line => line[index]);
    }

    private static Task<Hub> StartAsync(string column, bool verifiedEmail) => Hub.StartAsync(
        LoginStarters.Config, DatabaseKind.Sqlite, null,
        ("IdentityHub:Registration:Enabled", "true"), ("IdentityHub:Registration:VerifiedEmail", verifiedEmail ? "true" : "false"),
        ("IdentityHub:Otp:LoginLinks", "true"), ("IdentityHub:SecondFactor:Required", column == Required ? "true" : "false"),
        ("IdentityHub:SecondFactor:GraceUntil", $"{FakeTime.Start.AddMinutes(5):O}"));

    // Who takes the last step, or asks the policy itself.
    [GeneratedRegex(@"\b(?:LoginTokens|BuiltInClientTokens|BrowserLogin|LsidStart) \w+[,)]|\bpolicy\.(?:AdmitAsync|DecideAsync)\(")]
    private static partial Regex Starts();
}
