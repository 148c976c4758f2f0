using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

/// <summary>A browser stands for the second factor of its user, and for nobody else's. The clock of the suite moves on.</summary>
[Parallelizable(ParallelScope.Self)]
public class RememberedBrowserTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Cookie = "__Host-hub-remembered";
    private const string Sessions = "/account/sessions";
    private const string Forget = Sessions + "?handler=Forget";

    private const string Config =
        """
        organizations:
          - { id: bank, name: Bank, require_mfa: true, remember_browser: false }
          - { id: branch, name: Branch, parent: bank }
          - { id: shop, name: Shop, require_mfa: true }
        clients:
          - { client_id: web, grant_types: [authorization_code], client_secrets: [{ value: "plain:web-secret" }], redirect_uris: ["https://web.test/cb"], scope: openid, require_mfa: true }
          - { client_id: strict, grant_types: [authorization_code], client_secrets: [{ value: "plain:strict-secret" }], redirect_uris: ["https://strict.test/cb"], scope: openid, remember_browser: false }

        """;

    [Test]
    public async Task A_remembered_browser_asks_its_user_for_the_password_alone_and_says_so_in_the_tokens()
    {
        var (user, app, browser) = await RememberedAsync();
        var (other, _) = await Hub.AddUserWithAppAsync();

        var page = await LogInAsync(browser, user, CodeFlow.Address("web"));
        var tokens = await Client.RedeemAsync("web", page.Sent("code"));
        var idToken = new JsonWebToken(tokens["id_token"]);
        Assert.That((idToken.GetClaim("amr").Value, idToken.GetClaim("acr").Value), Is.EqualTo(("pwd", "urn:identityhub:acr:1")));
        Assert.That((await browser.GetAsync(CodeFlow.Address("web"))).Sent("code"), Is.Not.Null, "the session goes on");

        Assert.That((await LogInAsync(browser, other)).Path, Does.StartWith(SecondFactors.Login), "nobody else's factor");
        Assert.That((await LogInAsync(new Browser(Client), user)).Path, Does.StartWith(SecondFactors.Login), "no other browser");
        Assert.That(await Hub.AuditAsync(user.Id, "browser.remembered"), Has.Exactly(1).Items);
        Assert.That(browser.Cookies[Cookie], Does.Not.Contain(user.Id.ToString()).And.Not.Contain(app.Secret));
    }

    [TestCase("prompt", "login")]
    [TestCase("max_age", "3600")]
    [TestCase("acr_values", "urn:identityhub:acr:2")]
    [TestCase("claims", """{"id_token":{"acr":{"essential":true,"value":"urn:identityhub:acr:2"}}}""")]
    [Spec("OpenID Connect Core", "3.1.2.1")]
    public async Task A_client_that_asks_for_a_fresh_login_or_for_two_factors_gets_both(string parameter, string value)
    {
        var (user, app, browser) = await RememberedAsync();

        var page = await LogInAsync(browser, user, CodeFlow.Address("web", (parameter, value)));
        Assert.That(page.Path, Does.StartWith(SecondFactors.Login));
        page = await browser.ProveAsync(page, app.CodeAt(Hub.Time.GetUtcNow()));

        var tokens = await Client.RedeemAsync("web", page.Sent("code"));
        Assert.That(new JsonWebToken(tokens["id_token"]).GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:2"));
    }

    [Test]
    public async Task A_session_of_a_remembered_browser_is_asked_for_what_the_client_insists_on_and_before_its_user_changes_a_factor()
    {
        var (user, app, browser) = await RememberedAsync();
        Assert.That((await LogInAsync(browser, user)).Path, Is.EqualTo("/account"));

        var essential = ("claims", """{"id_token":{"acr":{"essential":true,"value":"urn:identityhub:acr:2"}}}""");
        Assert.That((await browser.GetAsync(CodeFlow.Address("web", essential))).IsLogin(), Is.True);
        Assert.That((await browser.GetAsync(CodeFlow.Address("strict"))).IsLogin(), Is.True, "this client forbids it");

        var locked = await browser.GetAsync("/account/password");
        Assert.That(locked.Document.QuerySelector("#old_password"), Is.Null);
        var again = locked.Document.Links.First(link => link.GetAttribute("href")!.StartsWith("/login", StringComparison.Ordinal));
        var second = await browser.LogInAsync(await browser.GetAsync(again.GetAttribute("href")!), user.UserName!, HubUsers.Password);
        Assert.That(second.Path, Does.StartWith(SecondFactors.Login));
        var unlocked = await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()));
        Assert.That(unlocked.Document.QuerySelector("#old_password"), Is.Not.Null);
    }

    [TestCase("bank", "web", false)]
    [TestCase("branch", "web", false)]
    [TestCase("shop", "web", true)]
    [TestCase(null, "strict", false)]
    [TestCase(null, "web", true)]
    public async Task The_client_and_the_organization_say_whether_a_browser_may_be_remembered(
        string? organization, string client, bool isAllowed)
    {
        var (user, _, browser) = await RememberedAsync();
        await Hub.ChangeUserAsync(user.Id, row => row.OrganizationId = organization);

        var page = await LogInAsync(browser, user, CodeFlow.Address(client));

        if (isAllowed)
        {
            Assert.That(page.Sent("code"), Is.Not.Null);
            return;
        }

        Assert.That(page.Path, Does.StartWith(SecondFactors.Login));
        Assert.That(page.Document.QuerySelector("input[name='remember_browser']"), Is.Null);
    }

    [Test]
    public async Task An_installation_that_forbids_it_neither_offers_it_nor_takes_it()
    {
        await using var hub = await StartHubAsync(("IdentityHub:SecondFactor:RememberBrowser", "false"));
        var (user, app) = await hub.AddUserWithAppAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.PasswordAsync(user);
        Assert.That(page.Document.QuerySelector("input[name='remember_browser']"), Is.Null);

        var form = page.FormTo(SecondFactors.Login);
        form.InnerHtml += "<input name=\"remember_browser\" value=\"true\">";
        var done = await browser.SubmitAsync(page, form, ("proof", app.CodeAt(hub.Time.GetUtcNow())));

        Assert.That((done.Path, browser.Cookies.ContainsKey(Cookie)), Is.EqualTo(("/account", false)));
    }

    [TestCase("password")]
    [TestCase("factor")]
    [TestCase("recovery codes")]
    [TestCase("passkey")]
    [TestCase("reset of the factors")]
    [TestCase("sign-out everywhere")]
    [TestCase("sign-out elsewhere")]
    [TestCase("forget")]
    [TestCase("another stamp")]
    [TestCase("no stamp")]
    [TestCase("thirty days")]
    public async Task A_browser_is_forgotten_with_what_it_stands_for(string end)
    {
        await using var hub = await StartHubAsync();
        var (user, _, browser) = await RememberedAsync(hub: hub);
        await EndAsync(hub, browser, user, end);

        if (end is "factor" or "reset of the factors")
            await hub.SetUpAsync(user.Id);
        browser.Cookies.Remove(Pages.SessionCookie);
        var password = end == "password" ? "Another-Horse-10" : HubUsers.Password;
        var page = await browser.LogInAsync(await browser.GetAsync("/login"), user.UserName!, password);

        Assert.That(page.Path, Does.StartWith(SecondFactors.Login));
        await using var context = hub.NewContext();
        Assert.That(
            await context.RememberedBrowsers.CountAsync(), Is.EqualTo(end is "thirty days" or "another stamp" or "no stamp" ? 1 : 0));
        Assert.That(
            await hub.Services.GetRequiredService<RememberedBrowserStore>().OfUserAsync(
                user.Id, hub.Time.GetUtcNow(), CancellationToken.None),
            Is.Empty);
    }

    [Test]
    public async Task The_page_lists_the_browsers_and_forgets_one_and_all_of_them()
    {
        var (user, app, browser) = await RememberedAsync();
        var second = await RememberAsync(Hub, user, app);
        var (stranger, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var page = await browser.GetAsync(Sessions);
        var forms = page.Document.Forms.Where(form => form.GetAttribute("action") == Forget).ToList();
        Assert.That(forms, Has.Count.EqualTo(3), "each, and all");

        // A form of one user forgets no browser of another.
        var theirs = await stranger.GetAsync(Sessions);
        Assert.That(theirs.Document.Forms.Any(form => form.GetAttribute("action") == Forget), Is.False);

        var done = await browser.SubmitAsync(page, forms[0]);
        Assert.That(done.Text(".notice"), Is.EqualTo("From now on that browser asks for your second factor."));
        Assert.That((await LogInAsync(second, user)).Path, Does.StartWith(SecondFactors.Login), "the one that was used last comes first");

        await browser.SubmitAsync(page, forms[2]);
        Assert.That((await LogInAsync(browser, user)).Path, Does.StartWith(SecondFactors.Login));
        Assert.That(await Hub.AuditAsync(user.Id, "browser.forgotten", 2), Has.Exactly(2).Items);
    }

    [Test]
    public async Task Of_eleven_browsers_the_one_that_was_not_used_for_longest_is_forgotten()
    {
        await using var hub = await StartHubAsync();
        var (user, _, first) = await RememberedAsync(hub: hub);
        var session = (await hub.Services.GetRequiredService<SessionStore>().ListOfUserAsync(
            user.Id, hub.Time.GetUtcNow(), 1, CancellationToken.None))[0].Id;
        var store = hub.Services.GetRequiredService<RememberedBrowserStore>();
        for (var i = 0; i < RememberedBrowserStore.Most; i++)
        {
            hub.Time.Advance(TimeSpan.FromSeconds(1));
            var now = hub.Time.GetUtcNow();
            var browser = new RememberedBrowser
            {
                SecretHash = [.. Enumerable.Repeat((byte)i, 32)],
                UserId = user.Id,
                CreatedAt = now,
                LastUsedAt = now,
                ExpiresAt = now.AddDays(30),
            };
            Assert.That(await store.TryAddAsync(browser, session, before: null, CancellationToken.None), Is.True);
        }

        Assert.That(await store.OfUserAsync(user.Id, hub.Time.GetUtcNow(), CancellationToken.None), Has.Count.EqualTo(10));
        Assert.That((await LogInAsync(first, user)).Path, Does.StartWith(SecondFactors.Login));
    }

    private static async Task EndAsync(Hub hub, Browser browser, User user, string end)
    {
        switch (end)
        {
            case "password":
                await browser.SubmitAsync(
                    await browser.GetAsync("/account/password"), "/account/password", ("old_password", HubUsers.Password),
                    ("new_password", "Another-Horse-10"), ("repeated_password", "Another-Horse-10"));
                break;
            case "factor":
                await browser.SubmitAsync(await browser.GetAsync(SecondFactors.Page), SecondFactors.Page + "?handler=Remove");
                break;
            case "recovery codes":
                await browser.SubmitAsync(await browser.GetAsync(SecondFactors.Page), SecondFactors.Page + "?handler=Codes");
                break;
            case "passkey":
                using (await browser.NewPasskeyAsync())
                    break;
            case "reset of the factors":
                await using (var transaction = await hub.Database.BeginAsync(CancellationToken.None))
                {
                    await SecondFactorRows.DeleteAsync(transaction, user.Id, CancellationToken.None);
                    await transaction.CommitAsync(CancellationToken.None);
                }

                break;
            case "sign-out everywhere":
                await hub.Services.GetRequiredService<SessionStore>().EndAllOfUserAsync(
                    user.Id, except: null, "ended_by_user", hub.Time.GetUtcNow(), onEnded: null, CancellationToken.None);
                break;
            case "sign-out elsewhere":
                await browser.SubmitAsync(await browser.GetAsync(Sessions), Sessions + "?handler=EndOthers");
                break;
            case "forget":
                await browser.SubmitAsync(await browser.GetAsync(Sessions), Forget);
                break;
            case "another stamp":
                // By a node of an older version, or by whatever changes a password and knows nothing of browsers.
                await hub.ChangeUserAsync(user.Id, row => row.SecurityStamp = "another");
                break;
            case "no stamp":
                // Remembered by a node of an older version.
                await using (var context = hub.NewContext())
                    await context.RememberedBrowsers.ExecuteUpdateAsync(
                        rows => rows.SetProperty(row => row.SecurityStamp, (string?)null));
                break;
            default:
                hub.Time.Advance(TimeSpan.FromDays(30));
                break;
        }
    }

    // A browser without a session, in which the user was remembered.
    private async Task<(User User, TestAuthenticator App, Browser Browser)> RememberedAsync(Hub? hub = null)
    {
        var (user, app) = await (hub ?? Hub).AddUserWithAppAsync();
        return (user, app, await RememberAsync(hub ?? Hub, user, app));
    }

    private static async Task<Browser> RememberAsync(Hub hub, User user, TestAuthenticator app)
    {
        var browser = new Browser(hub.Client);
        var page = await browser.PasswordAsync(user);
        Assert.That(page.Text("label.check"), Does.StartWith("Do not ask again in this browser for 30 days"));
        page = await browser.SubmitAsync(
            page, SecondFactors.Login, ("proof", app.CodeAt(hub.Time.GetUtcNow())), ("remember_browser", "true"));
        Assert.That((page.Path, browser.Cookies.ContainsKey(Cookie)), Is.EqualTo(("/account", true)), page.Failure());
        hub.Time.Advance(TimeSpan.FromSeconds(30));
        return browser;
    }

    // In a session of its own.
    private static async Task<Page> LogInAsync(Browser browser, User user, string path = "/login")
    {
        browser.Cookies.Remove(Pages.SessionCookie);
        return await browser.LogInAsync(await browser.GetAsync(path), user.UserName!, HubUsers.Password);
    }
}
