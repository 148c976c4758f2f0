using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

/// <summary>The second step of a login at the pages. The clock of the suite moves on from test to test.</summary>
[Parallelizable(ParallelScope.Self)]
public class LoginSecondTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private static readonly string[] BothFactors = ["pwd", "otp", "mfa"];

    [Test]
    [Spec("RFC 8176", "2")]
    public async Task A_user_with_an_app_types_its_code_after_the_password_and_the_client_learns_of_both()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var browser = new Browser(Client);
        var second = await browser.PasswordAsync(user, CodeFlow.Address("web"));
        Assert.That(browser.Session(), Is.Null, "the password alone starts nothing");
        Assert.That(second.Text(".lead"), Is.EqualTo("to go on to Web shop"));

        var answer = await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()));
        var tokens = await Client.RedeemAsync("web", answer.Sent("code"));

        var idToken = new JsonWebToken(tokens["id_token"]);
        Assert.That(idToken.GetPayloadValue<string[]>("amr"), Is.EqualTo(BothFactors));
        Assert.That(idToken.GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:2"));
    }

    [Test]
    [Spec("RFC 6238", "5.2")]
    public async Task A_code_works_once_and_so_does_each_that_is_older()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var code = app.CodeAt(Hub.Time.GetUtcNow().AddSeconds(30));
        var first = new Browser(Client);
        Assert.That((await first.ProveAsync(await first.PasswordAsync(user), code)).Path, Is.EqualTo("/account"));

        var again = new Browser(Client);
        var second = await again.PasswordAsync(user);
        var replayed = await again.ProveAsync(second, code);
        var older = await again.ProveAsync(replayed, app.CodeAt(Hub.Time.GetUtcNow()));

        Assert.That((replayed.Status, replayed.Failure()), Is.EqualTo((400, "This code was used before. Wait for the next one.")));
        Assert.That((older.Status, older.Failure()), Is.EqualTo((400, "This code was used before. Wait for the next one.")));
        Assert.That(again.Session(), Is.Null);
        Hub.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.That((await again.ProveAsync(older, app.CodeAt(Hub.Time.GetUtcNow()))).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_code_is_taken_with_blanks_and_in_digits_of_full_width()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var code = app.CodeAt(Hub.Time.GetUtcNow());
        var browser = new Browser(Client);
        var wide = string.Concat(code.Select(digit => (char)(digit - '0' + '\uFF10')));

        var done = await browser.ProveAsync(await browser.PasswordAsync(user), $" {wide[..3]} {wide[3..]} ");

        Assert.That(done.Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_recovery_code_works_once_however_it_is_typed()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var code = app.RecoveryCodes[3];
        var browser = new Browser(Client);
        var page = await browser.RecoverAsync(await browser.PasswordAsync(user));
        var done = await browser.ProveAsync(page, $" {code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)}");
        Assert.That(done.Path, Is.EqualTo("/account"));
        Assert.That((await Hub.AuditAsync(user.Id, "recovery_code.used")), Has.Count.EqualTo(1));

        var again = new Browser(Client);
        var refused = await again.ProveAsync(await again.RecoverAsync(await again.PasswordAsync(user)), code);
        var malformed = await again.ProveAsync(refused, "not a code");
        var other = await again.ProveAsync(malformed, app.RecoveryCodes[4]);

        Assert.That((refused.Status, refused.Failure()), Is.EqualTo((400, "This code was used before. Wait for the next one.")));
        Assert.That((malformed.Status, malformed.Failure()), Is.EqualTo((400, "The code is wrong. Type the current one.")));
        Assert.That(other.Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_login_that_waits_is_worth_nothing_in_another_browser_or_after_ten_minutes()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var (browser, other) = (new Browser(Client), new Browser(Client));
        var second = await browser.PasswordAsync(user);
        await other.GetAsync("/login");
        var stolen = await other.GetAsync(second.Path);
        Assert.That(stolen.Document.QuerySelector("#proof"), Is.Null);
        Assert.That(stolen.Answer.Body, Does.Contain("This sign-in cannot go on"));

        Hub.Time.Advance(TimeSpan.FromMinutes(10));
        var late = await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()));

        Assert.That((late.Status, browser.Session()), Is.EqualTo((400, (string?)null)));
        Assert.That(late.Failure(), Does.StartWith("This sign-in cannot go on"));
    }

    [Test]
    public async Task A_login_that_waits_ends_with_the_password_and_starts_one_session_only()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var browser = new Browser(Client);
        var second = await browser.PasswordAsync(user);
        Assert.That((await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()))).Path, Is.EqualTo("/account"));
        Hub.Time.Advance(TimeSpan.FromSeconds(30));
        var again = await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()));
        Assert.That((again.Status, again.Failure()?[..25]), Is.EqualTo((400, "This sign-in cannot go on")));

        var stale = await new Browser(Client).PasswordAsync(user);
        var changed = new Browser(Client);
        second = await changed.PasswordAsync(user);
        await Hub.ChangeUserAsync(user.Id, row => row.SecurityStamp = "another");
        Hub.Time.Advance(TimeSpan.FromSeconds(30));
        var refused = await changed.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()));

        Assert.That(stale.Status, Is.EqualTo(200));
        Assert.That((refused.Status, changed.Session()), Is.EqualTo((400, (string?)null)));
    }

    [Test]
    public async Task A_user_who_is_blocked_between_the_steps_is_not_let_in()
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var browser = new Browser(Client);
        var second = await browser.PasswordAsync(user);
        await Hub.ChangeUserAsync(user.Id, row => row.DisabledAt = Hub.Time.GetUtcNow());

        var refused = await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()));

        Assert.That((refused.Status, browser.Session()), Is.EqualTo((400, (string?)null)));
    }

    [TestCase("factor", "nonsense")]
    [TestCase("login", "nonsense")]
    [TestCase("ticket", "nonsense")]
    public async Task What_was_changed_on_the_way_is_no_failure_of_the_server(string field, string value)
    {
        var (user, app) = await Hub.AddUserWithAppAsync();
        var browser = new Browser(Client);
        var second = await browser.PasswordAsync(user);

        var answer = await browser.SubmitAsync(
            second, SecondFactors.Login, ("proof", app.CodeAt(Hub.Time.GetUtcNow())), (field, value));

        Assert.That(answer.Status, Is.EqualTo(field == "login" ? 400 : 200), answer.Answer.Body);
    }
}
