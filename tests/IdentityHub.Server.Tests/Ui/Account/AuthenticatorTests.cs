using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Account;

/// <summary>Users set up an authenticator app and make recovery codes. The clock of the suite moves on from test to test.</summary>
[Parallelizable(ParallelScope.Self)]
public class AuthenticatorTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Page = SecondFactors.Page;

    [Test]
    public async Task A_user_sets_up_an_app_stays_signed_in_and_gets_recovery_codes_once()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var session = browser.Session();

        var app = await Hub.EnrolAsync(browser);

        Assert.That(app.RecoveryCodes, Has.Count.EqualTo(10).And.Unique.And.All.Matches("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$"));
        Assert.That((browser.Session(), (await browser.GetAsync("/account")).Path), Is.EqualTo((session, "/account")));
        var later = await browser.GetAsync(Page);
        Assert.That(later.Document.QuerySelector("ol.codes"), Is.Null, "they are shown once");
        Assert.That((await Hub.ReadUserAsync(user.Id)).TwoFactorEnabled, Is.True);
        Assert.That((await Hub.AuditAsync(user.Id, "second_factor.added")).Select(row => row.Detail), Is.EqualTo(["totp"]));
    }

    [Test]
    public async Task Neither_the_secret_nor_a_recovery_code_is_in_the_database_or_the_log()
    {
        var (_, app) = await Hub.AddUserWithAppAsync();
        var stored = await Hub.DumpAsync() + Hub.Logs;

        Assert.That(stored, Does.Not.Contain(app.Secret).And.Not.Contain(app.RecoveryCodes[0]));
        Assert.That(stored, Does.Not.Contain(Convert.ToHexString(OtpNet.Base32Encoding.ToBytes(app.Secret))).IgnoreCase);
    }

    [TestCase("000000")]
    [TestCase("")]
    [TestCase("abc")]
    public async Task A_wrong_first_code_sets_nothing_up_and_the_key_stays(string wrong)
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var page = await browser.GetAsync(Page);
        var app = new TestAuthenticator(page.Secret(), []);

        var refused = await browser.SubmitAsync(page, Page, ("code", wrong == "000000" ? app.WrongAt(Hub.Time.GetUtcNow()) : wrong));

        Assert.That((refused.Status, refused.Secret()), Is.EqualTo((400, app.Secret)));
        Assert.That(refused.Failure(), Does.StartWith("The code is not the one that the app shows now."));
        Assert.That((await Hub.ReadUserAsync(user.Id)).TwoFactorEnabled, Is.False);
        var done = await browser.SubmitAsync(refused, Page, ("code", app.CodeAt(Hub.Time.GetUtcNow())));
        Assert.That(done.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Of_two_tabs_that_set_up_an_app_the_later_one_counts()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var (one, two) = (await browser.GetAsync(Page), await browser.GetAsync(Page));
        var (first, second) = (new TestAuthenticator(one.Secret(), []), new TestAuthenticator(two.Secret(), []));
        Assert.That(second.Secret, Is.Not.EqualTo(first.Secret));
        Assert.That((await browser.SubmitAsync(one, Page, ("code", first.CodeAt(Hub.Time.GetUtcNow())))).Status, Is.EqualTo(200));

        // The session has not proven the new factor: the second tab asks for a login first, and then goes on where it was.
        var again = await browser.SubmitAsync(two, Page, ("code", second.CodeAt(Hub.Time.GetUtcNow())));
        Hub.Time.Advance(TimeSpan.FromSeconds(30));
        var proving = await browser.LogInAsync(again, user.UserName!, HubUsers.Password);
        await browser.ProveAsync(proving, first.CodeAt(Hub.Time.GetUtcNow()));
        var done = await browser.SubmitAsync(two, Page, ("code", second.CodeAt(Hub.Time.GetUtcNow())));
        Assert.That((done.Status, done.Document.QuerySelector("ol.codes")), Is.EqualTo((200, (object?)null)), "recovery codes are kept");

        Hub.Time.Advance(TimeSpan.FromSeconds(30));
        var later = new Browser(Client);
        var page = await later.PasswordAsync(user);
        Assert.That((await later.ProveAsync(page, first.CodeAt(Hub.Time.GetUtcNow()))).Status, Is.EqualTo(400));
        Assert.That((await later.ProveAsync(page, second.CodeAt(Hub.Time.GetUtcNow()))).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_key_is_worth_nothing_in_the_session_of_another_user_and_after_an_hour()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var (other, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var (mine, page) = (await browser.GetAsync(Page), await other.GetAsync(Page));
        var foreign = mine.FormWith("secret").QuerySelector("[name=secret]")!.GetAttribute("value");
        var code = new TestAuthenticator(mine.Secret(), []).CodeAt(Hub.Time.GetUtcNow());

        var refused = await other.SubmitAsync(page, Page, ("secret", foreign), ("code", code));
        var nonsense = await other.SubmitAsync(page, Page, ("secret", "nonsense"), ("code", code));

        Assert.That((refused.Status, nonsense.Status), Is.EqualTo((400, 400)));
        Assert.That(refused.Failure(), Does.StartWith("This page has been open for too long."));
        Assert.That((await Hub.ReadUserAsync(user.Id)).TwoFactorEnabled, Is.False);
    }

    [Test]
    public async Task Nobody_sets_up_an_app_who_acts_as_another_user()
    {
        var (user, other) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        var (browser, _) = await Hub.SignInAsync(user);
        var page = await browser.GetAsync(Page);
        await using (var context = Hub.NewContext())
        {
            await context.Sessions.Where(row => row.UserId == user.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.EffectiveUserId, other.Id));
        }

        var refused = await browser.SubmitAsync(
            page, Page, ("code", new TestAuthenticator(page.Secret(), []).CodeAt(Hub.Time.GetUtcNow())));

        Assert.That((refused.Status, refused.Failure()?[..46]), Is.EqualTo((403, "A second factor is set up by its user alone. S")));
        Assert.That((await Hub.ReadUserAsync(user.Id)).TwoFactorEnabled, Is.False);
        Assert.That((await Hub.ReadUserAsync(other.Id)).TwoFactorEnabled, Is.False);
    }

    [Test]
    public async Task What_changes_the_login_needs_a_fresh_login_with_the_second_factor()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var page = await browser.GetAsync(Page);
        Hub.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.That((await browser.GetAsync(Page)).Text(".card p"), Does.StartWith("To change how you sign in, sign in again"));
        var late = await browser.SubmitAsync(page, Page, ("code", "123456"));
        Assert.That(late.IsLogin(), Is.True);

        var fresh = await browser.LogInAsync(late, user.UserName!, HubUsers.Password);
        Assert.That(fresh.Path, Is.EqualTo(Page), "the user comes back");
        var app = await Hub.EnrolAsync(browser);
        var before = await browser.GetAsync("/account/password");
        Assert.That(before.Document.QuerySelector("#old_password"), Is.Null, "this login was by the password alone");
        Hub.Time.Advance(TimeSpan.FromSeconds(30));
        var again = await SignInAsync(user, app);
        Assert.That((await again.GetAsync("/account/password")).Document.QuerySelector("#old_password"), Is.Not.Null);
    }

    [Test]
    public async Task A_change_of_the_password_makes_no_second_factor_fresh()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var browser = await SignInAsync(user, app);
        var changed = await browser.SubmitAsync(
            await browser.GetAsync("/account/password"), "/account/password", ("old_password", HubUsers.Password),
            ("new_password", "Another-Horse-10"), ("repeated_password", "Another-Horse-10"));

        Assert.That(changed.Text(".notice"), Does.StartWith("Your password is changed."));
        await using var context = Hub.NewContext();
        Assert.That(
            await context.Sessions.Where(row => row.UserId == user.Id && row.EndedAt == null).Select(row => row.AuthenticationMethods)
                .SingleAsync(),
            Is.EqualTo("pwd"));
        Assert.That((await browser.GetAsync(Page)).Text(".card p"), Does.StartWith("To change how you sign in, sign in again"));
    }

    [Test]
    public async Task An_app_is_removed_with_the_recovery_codes_and_the_password_alone_signs_in_again()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var browser = await SignInAsync(user, app);

        var removed = await browser.SubmitAsync(await browser.GetAsync(Page), $"{Page}?handler=Remove");

        Assert.That(removed.Text(".notice"), Is.EqualTo("Your authenticator app is removed."));
        await Hub.SignInAsync(user);
        await using var context = Hub.NewContext();
        Assert.That(await context.RecoveryCodes.CountAsync(row => row.UserId == user.Id), Is.Zero);
        Assert.That((await Hub.AuditAsync(user.Id, "second_factor.removed")).Select(row => row.Detail), Is.EqualTo(["totp"]));
    }

    [Test]
    public async Task New_recovery_codes_make_the_old_ones_worthless()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var browser = await SignInAsync(user, app);
        var page = await browser.GetAsync(Page);
        Assert.That(page.Text("#recovery ~ p"), Is.EqualTo("10 of 10 codes are left."));

        var made = await browser.SubmitAsync(page, $"{Page}?handler=Codes");

        var codes = made.Document.QuerySelectorAll("ol.codes code").Select(code => code.TextContent).ToList();
        Assert.That(codes.Concat(app.RecoveryCodes).Distinct().Count(), Is.EqualTo(20));
        var later = new Browser(Client);
        var old = await later.ProveAsync(await later.RecoverAsync(await later.PasswordAsync(user)), app.RecoveryCodes[0]);
        Assert.That((old.Status, (await later.ProveAsync(old, codes[0])).Path), Is.EqualTo((400, "/account")));
    }

    private async Task<Browser> SignInAsync(User user, TestAuthenticator app)
    {
        var browser = new Browser(Client);
        var page = await browser.ProveAsync(await browser.PasswordAsync(user), app.CodeAt(Hub.Time.GetUtcNow()));
        Assert.That(page.Path, Is.EqualTo("/account"), page.Answer.Body);
        return browser;
    }
}
