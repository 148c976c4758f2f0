using IdentityHub.Server.Authentication;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication;

/// <summary>
/// The policy decides about every login: a rule that asks for a second factor is obeyed at each endpoint that starts a session.
/// </summary>
public class LoginPolicyTests
{
    private static readonly string Config = ServiceUsers.ConfigWithCodes
        .Replace(
            "clients:\n",
            """
            tenants:
              - { alias: test_abc, api_keys: [{ value: "plain:TEST_B4BYA15POHYQ284HBND1" }] }
            clients:
              - { client_id: referrals, client_secrets: [{ value: "plain:referrals-secret" }], grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"], tenant: test_abc, scope: openid }
              - { client_id: tv, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], scope: openid }

            """,
            StringComparison.Ordinal)
        .Replace("dialects:\n  oauth-v2", "dialects:\n  open-endpoints: { enabled: true }\n  oauth-v2", StringComparison.Ordinal);

    [Test]
    public async Task A_login_that_needs_a_second_factor_starts_no_session_at_any_endpoint()
    {
        var asks = false;
        await using var hub = await StartAsync(services => services.AddSingleton<SecondFactorRule>((_, _, _) => new(asks)));
        var starters = await StartersAsync(hub);

        await using var context = hub.NewContext();
        foreach (var (name, _, start) in starters)
        {
            var before = await context.Sessions.CountAsync();
            asks = true;
            var (status, body) = await start();

            // The login page goes on to the page of the second step, on which this user has nothing to prove.
            Assert.That(
                status, name is "login page" or "passkey" or "sign-up page" ? Is.EqualTo(200) : Is.InRange(400, 499), $"{name}: {body}");
            Assert.That(await context.Sessions.CountAsync(), Is.EqualTo(before), name);

            asks = false;
            (status, body) = await start();
            Assert.That(status, Is.EqualTo(200), $"{name}: {body}");
            Assert.That(await context.Sessions.CountAsync(), Is.EqualTo(before + 1), name);
        }
    }

    [Test]
    public async Task A_user_with_an_authenticator_app_is_asked_for_it_at_the_pages_and_refused_where_nothing_can_ask()
    {
        await using var hub = await StartAsync(_ => { });
        var starters = await StartersAsync(hub);
        await using var context = hub.NewContext();
        foreach (var user in await context.Users.AsNoTracking().Select(user => user.Id).ToListAsync())
        {
            await hub.SetUpAsync(user);
            await hub.ChangeUserAsync(user, row => row.EmailConfirmed = row.PhoneNumberConfirmed = true);
        }

        var seen = await SeeAsync(hub, starters);

        Assert.That(
            seen,
            Is.EquivalentTo(
                new Dictionary<string, string>
                {
                    ["password grant"] = "refused",
                    ["JWT bearer grant"] = "refused",

                    // The browser has let the device in, in a session of its own login.
                    ["device code grant"] = "started",
                    ["login session"] = "refused",
                    ["service user"] = "refused",
                    ["client account"] = "refused",

                    // New users have no second factor.
                    ["sign-up of a client account"] = "started",
                    ["login page"] = "asked",

                    // It is two factors in one: what the user has, opened by what they know or are.
                    ["passkey"] = "started",
                    ["sign-up page"] = "started",
                    ["password grant with a code"] = "refused",
                    ["one-time password grant"] = "refused",
                }));
    }

    [Test]
    public async Task A_remembered_browser_is_let_in_by_the_password_alone_and_helps_no_other_endpoint()
    {
        await using var hub = await StartAsync(_ => { }, ("IdentityHub:SecondFactor:Required", "true"));
        var user = await hub.AddUserAsync();
        var app = await hub.SetUpAsync(user.Id);
        var browser = new Browser(hub.Client);
        await browser.SubmitAsync(
            await browser.PasswordAsync(user), Support.SecondFactors.Login, ("proof", app.CodeAt(hub.Time.GetUtcNow())),
            ("remember_browser", "true"));
        var fresh = LoginTicket.For("/account") with { AsksSecondFactor = true };
        var asksAnew = hub.Services.GetRequiredService<Tickets>().AddressOf(fresh, hub.Time.GetUtcNow());

        var seen = await SeeAsync(
            hub,
            [
                ("login page", "", () => LogInAsync("/login")),
                ("login page that asks for both factors", "", () => LogInAsync(asksAnew)),
                ("password grant", "", async () => Seen(await hub.Client.LoginAsync("app", user.UserName!, HubUsers.Password))),
                ("login session", "", async () => Seen(await hub.Client.AuthenticateAsync(user.UserName!, HubUsers.Password))),
            ]);

        Assert.That(
            seen,
            Is.EquivalentTo(
                new Dictionary<string, string>
                {
                    ["login page"] = "started",
                    ["login page that asks for both factors"] = "asked",
                    ["password grant"] = "refused",
                    ["login session"] = "refused",
                }));

        async Task<(int Status, string Body)> LogInAsync(string path)
        {
            browser.Cookies.Remove(Pages.SessionCookie);
            return Seen(await browser.LogInAsync(await browser.GetAsync(path), user.UserName!, HubUsers.Password));
        }
    }

    [Test]
    public async Task A_user_who_must_have_a_second_factor_sets_one_up_at_the_pages_and_is_refused_where_nothing_can_ask()
    {
        var end = FakeTime.Start.AddMinutes(5);
        await using var hub = await StartAsync(
            _ => { }, ("IdentityHub:SecondFactor:Required", "true"), ("IdentityHub:SecondFactor:GraceUntil", $"{end:O}"));
        var starters = await StartersAsync(hub);
        var early = await SeeAsync(hub, [.. starters.Where(starter => !starter.Name.Contains("code", StringComparison.Ordinal))]);
        hub.Time.Advance(TimeSpan.FromMinutes(5));
        await using var context = hub.NewContext();
        var before = await context.Users.CountAsync();
        var signUp = starters.Single(starter => starter.Name == "sign-up of a client account");
        await SeeAsync(hub, [signUp]);
        foreach (var byPassword in new[] { true, false })
        {
            hub.Time.Advance(TimeSpan.FromMinutes(1));
            var code = await hub.NewCodeAsync("nobody@example.com");
            var refused = byPassword
                ? await hub.Client.LoginAsync("open", "nobody@example.com", code)
                : await hub.Client.RedeemOtpAsync("nobody@example.com", code);
            Assert.That((refused.Status, refused["error_reason"]), Is.EqualTo((400, "mfa_required")), refused.ToString());
        }

        Assert.That(await context.Users.CountAsync(), Is.EqualTo(before), "an account that cannot be signed in is not stored");
        var seen = await SeeAsync(hub, starters);

        foreach (var (name, outcome) in early)
            Assert.That(outcome, Is.EqualTo(name is "login page" or "sign-up page" ? "set up" : "started"), name);
        Assert.That(
            seen,
            Is.EquivalentTo(
                new Dictionary<string, string>
                {
                    ["password grant"] = "refused",
                    ["JWT bearer grant"] = "refused",
                    ["device code grant"] = "refused",
                    ["login session"] = "refused",

                    // A program has nothing to prove a second factor with.
                    ["service user"] = "started",
                    ["client account"] = "refused",
                    ["sign-up of a client account"] = "refused",
                    ["login page"] = "set up",
                    ["passkey"] = "started",
                    ["sign-up page"] = "set up",
                    ["password grant with a code"] = "refused",
                    ["one-time password grant"] = "refused",
                }));
    }

    // The starters are listed beside the files that ask the policy for them; the change of a password goes on in a session.
    [Test]
    public async Task Every_place_that_asks_the_policy_has_a_starter_here()
    {
        await using var hub = await StartAsync(_ => { });
        var starters = await StartersAsync(hub);
        var server = SourceTree.PathOf("src/IdentityHub.Server");
        var asking = Directory.EnumerateFiles(server, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(server, file).Replace('\\', '/'), Code: File.ReadAllText(file)))
            .Where(file => file.Code.Contains("policy.AdmitAsync(", StringComparison.Ordinal)
                || file.Code.Contains("policy.DecideAsync(", StringComparison.Ordinal))
            .Select(file => file.Path);

        Assert.That(asking, Is.EquivalentTo(starters.Select(starter => starter.File).Append("Accounts/PasswordChange.cs").Distinct()));
    }

    private static async Task<Dictionary<string, string>> SeeAsync(
        Hub hub, IReadOnlyList<(string Name, string File, Func<Task<(int Status, string Body)>> Start)> starters)
    {
        var seen = new Dictionary<string, string>();
        await using var context = hub.NewContext();
        foreach (var (name, _, start) in starters)
        {
            var before = await context.Sessions.CountAsync();
            var (status, body) = await start();
            var started = await context.Sessions.CountAsync() - before;
            seen[name] = (status, started) switch
            {
                (200, 1) => "started",
                (200, 0) when body.Contains("name=\"proof\"", StringComparison.Ordinal) => "asked",
                (200, 0) when body.Contains("name=\"secret\"", StringComparison.Ordinal) => "set up",
                ( >= 400 and < 500, 0) => "refused",
                _ => $"{status}, {started} sessions: {body}",
            };
        }

        return seen;
    }

    private static Task<Hub> StartAsync(Action<IServiceCollection> services, params IEnumerable<(string Key, string Value)> settings) =>
        Hub.StartAsync(Config, DatabaseKind.Sqlite, services, [("IdentityHub:Registration:Enabled", "true"), .. settings]);

    // Every way to a session: its name, the file that asks the policy for it, and a login.
    private static async Task<IReadOnlyList<(string Name, string File, Func<Task<(int Status, string Body)>> Start)>> StartersAsync(Hub hub)
    {
        const string Tokens = "Grants/LoginTokens.cs";
        const string Accounts = "Dialects/ClientAccounts/BuiltInClientTokens.cs";
        const string Pages = "Ui/Login/BrowserLogin.cs";
        var client = hub.Client;
        var apiToken = await client.ApiTokenAsync();
        var account = await client.AccountAsync(apiToken);
        await client.TenantUserAsync("ann", "Ann");
        var device = await hub.StartApprovedAsync("tv");
        var passkey = await (await OwnerAsync(hub)).NewPasskeyAsync();
        var users = 0;
        return
        [
            ("password grant", Tokens, async () => Seen(await client.LoginAsync("app"))),
            ("JWT bearer grant", Tokens, async () => Seen(await client.ExchangeAsync(hub.ReadToken("ann")))),
            ("device code grant", "Grants/Device/DeviceCodeGrant.cs", async () => Seen(await client.PollAsync(device["device_code"]))),
            ("login session", "Dialects/LoginSessions/AuthenticateEndpoint.cs",
                async () => Seen(await client.AuthenticateAsync("alice", "Alice-Pass-1234"))),
            ("service user", Accounts, async () => Seen(
                await client.CallAsync(
                    HttpMethod.Post, ServiceUsers.LoginPath, """{"username":"service_user","password":"service-Pass-1234"}"""))),
            ("client account", Accounts, async () => Seen(await client.AccountLoginAsync(apiToken, account))),
            ("sign-up of a client account", Accounts, async () =>
            {
                var user = new TestAccount(Guid.NewGuid(), $"new-{++users}@client.test", "Account-Pass-1", "");
                return Seen(await client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, user.SignUp(), apiToken));
            }),
            ("login page", Pages, async () =>
            {
                var browser = new Browser(client);
                return Seen(await browser.LogInAsync(await browser.GetAsync("/login"), "alice", "Alice-Pass-1234"));
            }),
            ("passkey", Pages, async () => Seen(await client.UsePasskeyAsync(passkey))),
            ("sign-up page", Pages, async () =>
            {
                var browser = new Browser(client);
                return Seen(
                    await browser.SubmitAsync(
                        await browser.GetAsync("/signup"), "/signup", ("username", $"carol-{++users}"), ("password", "some-long-password"),
                        ("repeated_password", "some-long-password")));
            }),

            // The first proof of an address ends what was there before it: sessions and password.
            ("password grant with a code", Tokens, async () =>
                Seen(await client.LoginAsync("open", "+27761234567", await CodeAsync("+27761234567")))),
            ("one-time password grant", Tokens, async () =>
                Seen(await client.RedeemOtpAsync("alice@example.com", await CodeAsync("alice@example.com")))),
        ];

        // The pause between two codes has passed.
        async Task<string> CodeAsync(string address)
        {
            hub.Time.Advance(TimeSpan.FromMinutes(1));
            return await hub.NewCodeAsync(address);
        }
    }

    // A browser that is signed in, also where a second factor is required and may still be put off.
    private static async Task<Browser> OwnerAsync(Hub hub)
    {
        var (user, browser) = (await hub.AddUserAsync(), new Browser(hub.Client));
        var page = await browser.LogInAsync(await browser.GetAsync("/login"), user.UserName!, HubUsers.Password);
        if (page.Path.StartsWith("/login/enrol", StringComparison.Ordinal))
            page = await browser.SubmitAsync(page, "/login/enrol?handler=Skip");
        Assert.That((page.Path, page.Status), Is.EqualTo(("/account", 200)), page.Answer.Body);
        return browser;
    }

    private static (int Status, string Body) Seen(Answer answer) => (answer.Status, answer.ToString());

    private static (int Status, string Body) Seen(Page page) => (page.Status, page.Answer.Body);
}
