using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

/// <summary>"E-mail me a code" on the login page.</summary>
public class LoginCodeTests(DatabaseKind kind) : HubFixture(kind, Otps.Config)
{
    private const string Send = "/login/code?handler=Send";
    private const string Enter = "/login/code";

    [TestCase(false)]
    [TestCase(true)]
    [Spec("ASSURANCE", "S1"), Spec("RFC 8176", "2")]
    public async Task S1_A_user_asks_for_a_code_types_it_and_is_signed_in_at_the_client_he_came_from(bool remember)
    {
        var user = await NewUserAsync();
        var browser = new Browser(Client);
        var login = await browser.GetAsync(CodeFlow.Address("web"));
        var page = await browser.GetAsync(login.Document.QuerySelector("a[href^='/login/code']")!.GetAttribute("href")!);
        Assert.That((page.Status, page.Text("h1"), page.Text(".lead")), Is.EqualTo((200, "Sign in with a code", "to go on to The Web")));

        var sent = await browser.SubmitAsync(page, Send, ("email", user.Email), ("remember", remember ? "true" : null));
        Assert.That(
            (sent.Status, sent.Text(".notice")),
            Is.EqualTo((200, $"If one can sign in with {user.Email} here, a code is on its way. It works for 10 minutes, in this browser."))
        );
        var code = await Hub.CodeAsync(user.Email!);
        var done = await browser.SubmitAsync(sent, Enter, ("code", $"{code[..3]} {code[3..]}"));

        var tokens = await Client.RedeemAsync("web", done.Sent("code"));
        var idToken = new JsonWebToken(tokens["id_token"]);
        Assert.That((idToken.Subject, idToken.GetClaim("amr").Value), Is.EqualTo((user.Id.ToString(), "otp")), tokens.ToString());
        Assert.That(browser.Cookies.Keys, Has.None.Contains("-code"));
        Assert.That(Hub.SentTo(user.Email!)[0].Text.Subject, Is.EqualTo("Your code for The Web"));
        await using var context = Hub.NewContext();
        Assert.That((await context.Sessions.SingleAsync(session => session.UserId == user.Id)).IsPersistent, Is.EqualTo(remember));
    }

    [Test]
    [Spec("ASSURANCE", "E1")]
    public async Task E1_An_address_that_is_nobodys_is_answered_as_one_that_is_somebodys()
    {
        var user = await NewUserAsync();
        var seen = new List<string>();
        foreach (var email in new[] { user.Email!, $"{Guid.NewGuid():N}@example.com" })
        {
            var browser = new Browser(Client);
            var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", email));
            var refused = await browser.SubmitAsync(sent, Enter, ("code", "000000"));
            seen.Add(
                $"{sent.Status} {Visible(sent, email)} {refused.Status} {Visible(refused, email)} {string.Join(' ', browser.Cookies.Keys)}"
            );
        }

        Assert.That(seen[1], Is.EqualTo(seen[0]));
        Assert.That(seen[0], Does.Contain("The code is wrong or has expired."));
    }

    [TestCase(0xFEE0, Description = "full width")]
    [TestCase(0x0660 - '0', Description = "Arabic-Indic")]
    [TestCase(0)]
    public async Task A_code_is_taken_with_blanks_and_in_digits_of_any_script(int moved)
    {
        var user = await NewUserAsync();
        var browser = new Browser(Client);
        var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", user.Email));
        var typed = string.Concat((await Hub.CodeAsync(user.Email!)).Select(digit => (char)(digit + moved)));

        var page = await browser.SubmitAsync(sent, Enter, ("code", $" {typed[..3]}-{typed[3..]}\u3000"));

        Assert.That((page.Path, page.Status), Is.EqualTo(("/account", 200)));
    }

    [Test]
    public async Task A_code_is_good_in_the_browser_that_asked_for_it_and_for_that_login_only()
    {
        var user = await NewUserAsync();
        var (browser, other) = (new Browser(Client), new Browser(Client));
        var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", user.Email));
        var code = await Hub.CodeAsync(user.Email!);
        var elsewhere = await other.SubmitAsync(await other.GetAsync("/login/code"), Send, ("email", $"{Guid.NewGuid():N}@example.com"));

        var stolen = await other.SubmitAsync(elsewhere, Enter, ("email", user.Email), ("code", code));
        var atClient = await browser.SubmitAsync(
            await browser.SubmitAsync(
                await browser.GetAsync(
                    (await browser.GetAsync(CodeFlow.Address("web")))
                        .Document.QuerySelector("a[href^='/login/code']")!
                        .GetAttribute("href")!),
                Send,
                ("email", $"{Guid.NewGuid():N}@example.com")),
            Enter, ("email", user.Email), ("code", code));
        var asGrant = await Client.RedeemOtpAsync(user.Email!, code);
        var right = await browser.SubmitAsync(sent, Enter, ("code", code));

        Assert.That(
            (stolen.Failure(), atClient.Failure()), Is.EqualTo(("The code is wrong or has expired.", "The code is wrong or has expired.")));
        Assert.That(asGrant["error"], Is.EqualTo("invalid_grant"));
        Assert.That((right.Path, right.Status), Is.EqualTo(("/account", 200)));
    }

    [Test]
    public async Task A_second_code_too_soon_is_refused_and_the_first_can_still_be_typed()
    {
        var user = await NewUserAsync();
        var browser = new Browser(Client);
        var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", user.Email));
        var code = await Hub.CodeAsync(user.Email!);

        var again = await browser.SubmitAsync(sent, Send);
        var done = await browser.SubmitAsync(again, Enter, ("code", code));

        Assert.That(
            (again.Status, again.Answer.Header("Retry-After"), again.Failure()),
            Is.EqualTo((429, "30", "A code was just sent. You can have another one in 30 seconds.")));
        Assert.That(again.Text(".notice"), Does.StartWith($"If one can sign in with {user.Email} here, a code is on its way."));
        Assert.That(done.Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_sixth_code_of_an_hour_is_refused_with_the_minutes_until_the_next()
    {
        await using var hub = await StartHubAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", "alice@example.com"));
        for (var i = 0; i < 5; i++)
        {
            hub.Time.Advance(TimeSpan.FromSeconds(36));
            page = await browser.SubmitAsync(page, Send);
        }

        Assert.That((page.Status, page.Failure()), Is.EqualTo((429, "Too many codes were sent. You can have another one in 57 minutes.")));
    }

    [Test]
    public async Task Who_has_typed_a_wrong_address_types_another_one_and_goes_on_to_the_same_client()
    {
        var user = await NewUserAsync();
        var browser = new Browser(Client);
        var login = await browser.GetAsync(CodeFlow.Address("web"));
        var page = await browser.GetAsync(login.Document.QuerySelector("a[href^='/login/code']")!.GetAttribute("href")!);
        var wrong = await browser.SubmitAsync(page, Send, ("email", $"{Guid.NewGuid():N}@example.com"));

        var other = await browser.GetAsync(wrong.Document.Links.Single(link => link.TextContent == "Wrong address?").GetAttribute("href")!);
        var sent = await browser.SubmitAsync(other, Send, ("email", user.Email));
        var done = await browser.SubmitAsync(sent, Enter, ("code", await Hub.CodeAsync(user.Email!)));

        Assert.That(done.Sent("code"), Is.Not.Null, done.Failure());
    }

    [TestCase("")]
    [TestCase("nobody")]
    [TestCase("a@example.com,b@example.com")]
    [TestCase(Pages.Evil)]
    [Spec("ASSURANCE", "I4")]
    public async Task I4_What_is_no_address_is_told_so_and_shown_as_text(string email)
    {
        var browser = new Browser(Client);

        var page = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", email));

        Assert.That((page.Status, page.Failure(), page.IsIntact()), Is.EqualTo((400, "This is no e-mail address.", true)));
    }

    [Test]
    public async Task The_page_and_the_mail_speak_German_to_who_does()
    {
        var user = await NewUserAsync();
        var browser = new Browser(Client) { AcceptLanguage = "de-CH" };

        var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), Send, ("email", user.Email));
        await Hub.CodeAsync(user.Email!);

        Assert.That(
            (sent.Text("h1"), Hub.SentTo(user.Email!)[0].Text.Subject),
            Is.EqualTo(("Mit einem Code anmelden", "Ihr Code für IdentityHub")));
    }

    private static string Visible(Page page, string email) =>
        string.Join(
            ' ',
            page.Document.Body!.TextContent.Replace(email, "EMAIL", StringComparison.Ordinal)
                .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    private Task<User> NewUserAsync() => Hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com");
}
