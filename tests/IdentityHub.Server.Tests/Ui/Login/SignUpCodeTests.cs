using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

/// <summary>Self-registration that begins with a proven e-mail address.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
public class SignUpCodeTests(DatabaseKind kind)
{
    private const string Send = "/signup/code?handler=Send";
    private const string Enter = "/signup/code";
    private static readonly (string, string)[] Settings =
        [("IdentityHub:Registration:Enabled", "true"), ("IdentityHub:Registration:VerifiedEmail", "true")];

    private Hub _hub = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _hub = await Hub.StartAsync(Otps.Config, kind, null, Settings);

    [OneTimeTearDown]
    public async Task StopAsync() => await _hub.DisposeAsync();

    [Test]
    public async Task The_account_is_made_when_the_code_is_typed_and_not_before()
    {
        var (browser, email) = (new Browser(_hub.Client), $"{Guid.NewGuid():N}@example.com");
        var page = await browser.GetAsync("/signup");
        var sent = await browser.SubmitAsync(page, Send, ("email", email));
        var code = await _hub.CodeAsync(email);
        var before = await CountAsync(email);
        var wrong = await browser.SubmitAsync(sent, Enter, ("code", "000000"));
        var asLogin = await browser.SubmitAsync(
            await browser.SubmitAsync(await browser.GetAsync("/login/code"), "/login/code?handler=Send", ("email", $"x{email}")),
            "/login/code", ("email", email), ("code", code));
        var done = await browser.SubmitAsync(sent, Enter, ("code", code));

        Assert.That((page.Path, page.Text("h1")), Is.EqualTo(("/signup/code", "Create an account")));
        Assert.That(sent.Text(".notice"), Is.EqualTo($"A code is on its way to {email}. It works for 10 minutes, in this browser."));
        Assert.That((before, wrong.Failure(), asLogin.Failure()), Is.EqualTo(
            (0, "The code is wrong or has expired.", "The code is wrong or has expired.")));
        Assert.That((done.Path, await CountAsync(email)), Is.EqualTo(("/account", 1)));
        await using var context = _hub.NewContext();
        Assert.That((await context.Users.SingleAsync(user => user.Email == email)).EmailConfirmed, Is.True);
    }

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_An_address_that_has_an_account_is_answered_as_one_that_has_none()
    {
        var user = await _hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");
        var seen = new List<string>();
        foreach (var email in new[] { user.Email!, $"{Guid.NewGuid():N}@example.com" })
        {
            var browser = new Browser(_hub.Client);
            var sent = await browser.SubmitAsync(await browser.GetAsync("/signup/code"), Send, ("email", email));
            var refused = await browser.SubmitAsync(sent, Enter, ("code", "000000"));
            var subject = _hub.SentTo(email) is [var mail, ..] ? mail.Text.Subject : await SubjectAsync(email);
            seen.Add($"{sent.Status} {sent.Text(".notice")!.Replace(email, "", StringComparison.Ordinal)} {refused.Status} {subject}");
        }

        Assert.That(seen[1], Is.EqualTo(seen[0]));
    }

    [Test, Spec("ASSURANCE", "B3")]
    public async Task B3_After_five_wrong_codes_the_right_one_makes_no_account()
    {
        var (browser, email) = (new Browser(_hub.Client), $"{Guid.NewGuid():N}@example.com");
        var page = await browser.SubmitAsync(await browser.GetAsync("/signup/code"), Send, ("email", email));
        var code = await _hub.CodeAsync(email);
        for (var i = 0; i < 5; i++)
            page = await browser.SubmitAsync(page, Enter, ("code", Otps.Wrong(code)));

        var right = await browser.SubmitAsync(page, Enter, ("code", code));

        Assert.That((right.Status, right.Failure()), Is.EqualTo((page.Status, "The code is wrong or has expired.")));
        Assert.That((await CountAsync(email), browser.Session()), Is.EqualTo((0, (string?)null)));
    }

    [Test]
    public async Task Where_codes_sign_nobody_in_the_owner_of_an_account_is_told_of_it()
    {
        await using var hub = await Hub.StartAsync(
            Otps.Config.Replace("\n  otp: { enabled: true }", "\n  otp: { enabled: false }", StringComparison.Ordinal), kind, null,
            Settings);
        var user = await hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");
        var browser = new Browser(hub.Client);
        var sent = await browser.SubmitAsync(await browser.GetAsync("/signup/code"), Send, ("email", user.Email));
        var refused = await browser.SubmitAsync(sent, Enter, ("code", await hub.CodeAsync(user.Email!)));
        var account = await browser.GetAsync("/account");

        Assert.That(refused.Failure(), Is.EqualTo("There is an account for this address already. Sign in with it."));
        Assert.That(account.Path, Does.StartWith("/login?ticket="));
    }

    [Test]
    public async Task Without_the_setting_there_is_no_such_page()
    {
        await using var hub = await Hub.StartAsync(Otps.Config, kind, null, ("IdentityHub:Registration:Enabled", "true"));
        var browser = new Browser(hub.Client);

        Assert.That((await browser.GetAsync("/signup/code")).Status, Is.EqualTo(404));
        Assert.That((await browser.GetAsync("/signup")).Path, Is.EqualTo("/signup"));
    }

    private async Task<string?> SubjectAsync(string email)
    {
        await _hub.CodeAsync(email);
        return _hub.SentTo(email)[0].Text.Subject;
    }

    private async Task<int> CountAsync(string email)
    {
        await using var context = _hub.NewContext();
        return await context.Users.CountAsync(user => user.Email == email);
    }
}
