using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

/// <summary>Users who must have a second factor and have none. The clock of the suite moves on from test to test.</summary>
[Parallelizable(ParallelScope.Self)]
public class LoginEnrolTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Enrol = "/login/enrol";

    private const string Config =
        """
        organizations:
          - { id: bank, name: Bank, require_mfa: true }
          - { id: branch, name: Branch, parent: bank }
          - { id: quiet, name: Quiet }
        roles: [{ name: teller, permissions: [session.read], require_mfa: true }, { name: reader, permissions: [session.read] }]
        clients:
          - { client_id: web, client_name: Web shop, grant_types: [authorization_code, password], client_secrets: [{ value: "plain:web-secret" }], redirect_uris: ["https://web.test/cb"], scope: openid, require_mfa: true }
          - { client_id: soon, grant_types: [authorization_code, password], client_secrets: [{ value: "plain:soon-secret" }], redirect_uris: ["https://soon.test/cb"], scope: openid, require_mfa: true, mfa_grace_until: "2027-01-31T00:00:00Z" }
          - { client_id: other, grant_types: [authorization_code, password], client_secrets: [{ value: "plain:other-secret" }], redirect_uris: ["https://other.test/cb"], scope: openid }
          - { client_id: old, grant_types: [password], client_secrets: [{ value: "plain:old-secret" }], scope: openid, require_mfa: true, allow_password_grant_without_mfa: true }

        """;

    [TestCase("teller", null)]
    [TestCase("teller", "quiet")]
    [TestCase("reader", null)]
    public async Task A_user_whose_role_requires_a_second_factor_sets_one_up_at_whichever_client(string role, string? organization)
    {
        var (user, other) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        await using (var context = Hub.NewContext())
        {
            var roleId = await context.Roles.Where(row => row.Name == role).Select(row => row.Id).SingleAsync();
            context.Add(
                organization is null
                    ? new IdentityUserRole<Guid> { UserId = user.Id, RoleId = roleId }
                    : new Membership { UserId = user.Id, OrganizationId = organization, RoleId = roleId });
            await context.SaveChangesAsync();
        }

        var page = await PasswordAsync(new Browser(Client), user, "other");

        if (role == "teller")
            Assert.That(page.Path, Does.StartWith(Enrol));
        else
            Assert.That(page.Sent("code"), Is.Not.Null);
        Assert.That((await PasswordAsync(new Browser(Client), other, "other")).Sent("code"), Is.Not.Null, "a user without a role");
    }

    [Test]
    public async Task A_user_of_a_client_that_requires_a_second_factor_sets_one_up_before_the_login_goes_on()
    {
        var user = await Hub.AddUserAsync();
        var browser = new Browser(Client);
        var page = await PasswordAsync(browser, user, "web");
        Assert.That(
            (page.Path.Split('?')[0], browser.Session(), page.Text(".lead")),
            Is.EqualTo((Enrol, (string?)null, "to go on to Web shop")));
        Assert.That(page.Document.QuerySelectorAll("main form"), Has.Length.EqualTo(1), "it cannot be put off");
        var app = new TestAuthenticator(page.Secret(), []);

        var wrong = await browser.SubmitAsync(page, Enrol, ("code", app.WrongAt(Hub.Time.GetUtcNow())));
        Assert.That((wrong.Status, wrong.Secret(), browser.Session()), Is.EqualTo((400, app.Secret, (string?)null)));
        var done = await browser.SubmitAsync(wrong, Enrol, ("code", app.CodeAt(Hub.Time.GetUtcNow())));

        Assert.That(done.Document.QuerySelectorAll("ol.codes li"), Has.Length.EqualTo(10));
        var answer = await browser.GetAsync(done.Document.QuerySelector("main a.button")!.GetAttribute("href")!);
        var id = new JsonWebToken((await Client.RedeemAsync("web", answer.Sent("code")))["id_token"]);
        Assert.That(id.GetPayloadValue<string[]>("amr"), Is.EqualTo(["pwd", "otp", "mfa"]));
        Assert.That((await Hub.AuditAsync(user.Id, "second_factor.added")), Has.Count.EqualTo(1));

        // What was set up once is not set up again by the same form.
        var again = await browser.SubmitAsync(page, Enrol, ("code", app.CodeAt(Hub.Time.GetUtcNow())));
        Assert.That((again.Status, again.Failure()?[..25]), Is.EqualTo((400, "This sign-in cannot go on")));
    }

    [Test]
    public async Task A_session_of_one_factor_is_not_enough_for_a_client_that_requires_two()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);

        var silent = await browser.GetAsync(CodeFlow.Address("web", ("prompt", "none")));
        var login = await browser.GetAsync(CodeFlow.Address("web"));

        Assert.That((silent.Sent("error"), login.IsLogin()), Is.EqualTo(("login_required", true)));
        Assert.That((await browser.GetAsync(CodeFlow.Address("other"))).Sent("code"), Is.Not.Null, "others go on as before");
        Assert.That((await browser.GetAsync(CodeFlow.Address("soon"))).Sent("code"), Is.Not.Null, "and so does one that gives time");
    }

    [Test]
    public async Task Until_the_grace_period_ends_the_set_up_is_put_off_and_then_no_more()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var (browser, later) = (new Browser(hub.Client), new Browser(hub.Client));
        var page = await PasswordAsync(browser, user, "soon");
        var late = await PasswordAsync(later, user, "soon");
        var answer = await browser.SubmitAsync(page, $"{Enrol}?handler=Skip");
        Assert.That(answer.Sent("code"), Is.Not.Null);
        var twice = await browser.SubmitAsync(page, $"{Enrol}?handler=Skip");
        Assert.That(twice.Status, Is.EqualTo(400), "each login once");
        Assert.That((await hub.Client.LoginAsync("soon", user.UserName!, HubUsers.Password)).Status, Is.EqualTo(200));

        // The form is from before the end; the login is not.
        hub.Time.Advance(new DateTimeOffset(2027, 1, 31, 0, 0, 0, TimeSpan.Zero) - hub.Time.GetUtcNow());
        Assert.That((await later.SubmitAsync(late, $"{Enrol}?handler=Skip")).Status, Is.EqualTo(400));
        var required = await PasswordAsync(later, user, "soon");
        var forged = await later.SubmitAsync(required, required.FormTo(Enrol), ("code", "1"));
        var skipped = await later.PostAsync(
            $"{Enrol}?handler=Skip", ("form_token", Value(forged, "form_token")), ("login", Value(forged, "login")),
            ("ticket", Value(forged, "ticket")));

        Assert.That(required.Document.QuerySelectorAll("main form"), Has.Length.EqualTo(1));
        Assert.That((skipped.Path.Split('?')[0], skipped.Status, later.Session()), Is.EqualTo((Enrol, 400, (string?)null)));
        Assert.That(
            (await hub.Client.LoginAsync("soon", user.UserName!, HubUsers.Password))["error_reason"], Is.EqualTo("mfa_required"));
    }

    [TestCase("bank", true)]
    [TestCase("branch", true)]
    [TestCase(null, false)]
    public async Task An_organization_requires_it_of_its_users_and_of_those_below(string? organization, bool isRequired)
    {
        var user = await Hub.AddUserAsync(row => row.OrganizationId = organization);

        var page = await PasswordAsync(new Browser(Client), user, "other");
        var grant = await Client.LoginAsync("other", user.UserName!, HubUsers.Password);

        Assert.That(page.Path.StartsWith(Enrol, StringComparison.Ordinal), Is.EqualTo(isRequired));
        Assert.That(grant.Status, Is.EqualTo(isRequired ? 400 : 200));
    }

    [Test]
    public async Task The_password_of_a_user_with_a_passkey_sets_up_no_app()
    {
        var user = await Hub.AddUserAsync();
        var (owner, _) = await Hub.SignInAsync(user);
        var (browser, old) = (new Browser(Client), new Browser(Client));
        var early = await PasswordAsync(old, user, "web");
        var app = new TestAuthenticator(early.Secret(), []);
        await owner.NewPasskeyAsync();

        var page = await PasswordAsync(browser, user, "web");
        var refused = await old.SubmitAsync(early, Enrol, ("code", app.CodeAt(Hub.Time.GetUtcNow())));
        var soon = await PasswordAsync(new Browser(Client), user, "soon");

        Assert.That((page.Path.Split('?')[0], browser.Session()), Is.EqualTo((SecondFactors.Login, (string?)null)));
        Assert.That((refused.Status, (await Hub.ReadUserAsync(user.Id)).TwoFactorEnabled), Is.EqualTo((400, false)));
        Assert.That(soon.Sent("code"), Is.Not.Null, "until the date they go on as before");
    }

    [Test]
    public async Task A_session_of_one_factor_from_before_is_not_enough_in_an_organization_that_requires_two()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        Assert.That((await browser.GetAsync(CodeFlow.Address("other"))).Sent("code"), Is.Not.Null);
        await using (var context = Hub.NewContext())
        {
            await context.Sessions.Where(row => row.UserId == user.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.EffectiveOrganizationId, "branch"));
        }

        Assert.That((await browser.GetAsync(CodeFlow.Address("other", ("prompt", "none")))).Sent("error"), Is.EqualTo("login_required"));
        Assert.That((await browser.GetAsync(CodeFlow.Address("other"))).IsLogin(), Is.True);
    }

    [Test]
    public async Task A_user_with_a_long_name_sees_the_picture()
    {
        var user = await Hub.AddUserAsync(row => row.UserName = $"{Guid.NewGuid():N}{new string('長', 220)}");

        var page = await PasswordAsync(new Browser(Client), user, "web");

        Assert.That((page.Status, page.Document.QuerySelector("svg.qr") is not null), Is.EqualTo((200, true)));
    }

    [Test]
    public async Task A_client_that_is_allowed_to_goes_on_without_it()
    {
        var user = await Hub.AddUserAsync();

        Assert.That((await Client.LoginAsync("old", user.UserName!, HubUsers.Password)).Status, Is.EqualTo(200));
        Assert.That((await Client.LoginAsync("web", user.UserName!, HubUsers.Password))["error_reason"], Is.EqualTo("mfa_required"));
    }

    [Test]
    public async Task What_is_set_up_in_one_browser_does_nothing_in_another()
    {
        var user = await Hub.AddUserAsync();
        var (browser, other) = (new Browser(Client), new Browser(Client));
        var page = await PasswordAsync(browser, user, "web");
        await other.GetAsync("/login");

        var elsewhere = await other.GetAsync(page.Path);

        Assert.That(elsewhere.Document.QuerySelector("#key"), Is.Null);
        Assert.That(elsewhere.Answer.Body, Does.Contain("This sign-in cannot go on"));
    }

    private static async Task<Page> PasswordAsync(Browser browser, User user, string client) =>
        await browser.LogInAsync(await browser.GetAsync(CodeFlow.Address(client)), user.UserName!, HubUsers.Password);

    private static string Value(Page page, string field) => page.Document.QuerySelector($"[name={field}]")!.GetAttribute("value")!;
}
