using System.Security.Cryptography;
using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

/// <summary>"Forgotten password?" on the login page, up to the new password.</summary>
public partial class ForgottenTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Ask = "/forgotten";
    private const string Set = "/forgotten/reset";
    private const string New = "Another-Horse-10";
    private const string Dead = "This link has been used, has expired, or was replaced by a newer one. Have another link sent.";

    [Test]
    [Spec("ASSURANCE", "S3")]
    public async Task S3_A_user_has_a_link_sent_sets_a_password_with_it_and_is_signed_out_everywhere()
    {
        var user = await NewUserAsync();
        var (elsewhere, _) = await Hub.SignInAsync(user);
        var tokens = await Client.RedeemAsync(
            "web", (await elsewhere.GetAsync(CodeFlow.Address("web", ("scope", "openid offline_access")))).Sent("code"));
        var browser = new Browser(Client);
        var login = await browser.GetAsync(CodeFlow.Address("web"));
        var page = await browser.GetAsync(login.Document.QuerySelector("a[href^='/forgotten']")!.GetAttribute("href")!);

        var sent = await browser.SubmitAsync(page, Ask, ("identifier", user.Email!.ToUpperInvariant()));
        var link = await LinkAsync(Hub, user.Email!);
        var other = new Browser(Client);
        var form = await other.GetAsync(link);
        var done = await other.SubmitAsync(form, Set, ("new_password", New), ("repeated_password", New));

        Assert.That(sent.Text(".notice"), Does.StartWith("If there is an account for ").And.Contain("60 minutes"));
        Assert.That((form.Status, form.Text(".lead")), Is.EqualTo((200, $"for {user.UserName}")));
        Assert.That((done.Status, done.Text(".notice")), Is.EqualTo((200, "Your new password is set.")));
        Assert.That(other.Session(), Is.Null, "nobody is signed in by it");
        Assert.That((await elsewhere.GetAsync("/account")).Path, Does.StartWith("/login"));
        Assert.That((await Client.RefreshAsync("web", tokens["refresh_token"])).Status, Is.EqualTo(400));
        var back = await browser.GetAsync(
            sent.Document.Links.Single(entry => entry.TextContent == "Back to sign-in").GetAttribute("href")!);
        Assert.That((await browser.LogInAsync(back, user.UserName!, New)).Sent("code"), Is.Not.Null, "the ticket is kept");
        Assert.That(await Hub.AuditAsync(user.Id, "password.reset"), Has.Exactly(1).Items);
        Assert.That((await Hub.AuditAsync(user.Id, "session.ended")).Select(row => row.Reason), Is.EqualTo(["password_reset"]));
        var notice = await Eventually.GetAsync(
            () => Task.FromResult(Hub.SentTo(user.Email!)), mails => mails.Any(mail => mail.Text.Subject == "Your password was changed"));
        Assert.That(notice.Count(mail => mail.Text.Subject == "Your password was changed"), Is.EqualTo(1));
    }

    [Test, Spec("ASSURANCE", "R6")]
    public async Task R6_Opening_a_link_changes_nothing_and_a_used_replaced_or_invented_one_sets_no_password()
    {
        var user = await NewUserAsync();
        var browser = new Browser(Client);
        await AskAsync(browser, user.UserName!);
        var replaced = await LinkAsync(Hub, user.Email!);
        await AskAsync(browser, user.UserName!);
        var link = await LinkAsync(Hub, user.Email!, 2);
        Assert.That((await browser.GetAsync(replaced)).Failure(), Is.EqualTo(Dead));
        for (var i = 0; i < 3; i++)
            Assert.That((await new Browser(Client).GetAsync(link)).Status, Is.EqualTo(200), "a mail scanner opens it too");

        var form = await browser.GetAsync(link);
        var differing = await browser.SubmitAsync(form, Set, ("new_password", New), ("repeated_password", "Different-11"));
        var common = await browser.SubmitAsync(differing, Set, ("new_password", "password1"), ("repeated_password", "password1"));
        var done = await browser.SubmitAsync(common, Set, ("new_password", New), ("repeated_password", New));
        var again = await browser.SubmitAsync(form, Set, ("new_password", "Third-Horse-11"), ("repeated_password", "Third-Horse-11"));
        var invented = await browser.GetAsync($"{Set}?token=ihw_{new string('A', 49)}");

        Assert.That((differing.Failure(), differing.Status), Is.EqualTo(("The two passwords differ.", 400)));
        Assert.That(common.Document.QuerySelector(".failure a")!.GetAttribute("href"), Is.EqualTo("#new_password"));
        Assert.That(done.Text(".notice"), Is.EqualTo("Your new password is set."));
        Assert.That((again.Status, again.Failure(), invented.Status, invented.Failure()), Is.EqualTo((400, Dead, 400, Dead)));
        Assert.That((await browser.LogInAsync(await browser.GetAsync("/login"), user.UserName!, New)).Path, Is.EqualTo("/account"));
    }

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_Whoever_is_named_the_page_says_the_same_for_the_same_statements()
    {
        await using var hub = await StartHubAsync();
        var there = await hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));
        var disabled = await hub.AddUserAsync(user => (user.Email, user.DisabledAt) = ($"{user.Id:N}@example.com", hub.Time.GetUtcNow()));
        var unreachable = await hub.AddUserAsync();
        var (seen, work) = (new HashSet<string>(), new HashSet<string>());
        foreach (var name in new[] { there.Email!, there.UserName!, disabled.Email!, unreachable.UserName!, "nobody", "+27760000001" })
        {
            await hub.LookedAtAsync();
            var browser = new Browser(hub.Client);
            var page = await browser.GetAsync(Ask);
            var answered = new TaskCompletionSource();
            var statements = new List<string>();
            hub.BeforeStatement = (statement, _) =>
            {
                if (statement.Contains("SET locked_until", StringComparison.Ordinal))
                    return answered.Task;
                if (statement.Contains("outbox_messages", StringComparison.Ordinal)
                    || statement.Contains("counters", StringComparison.Ordinal)
                    || statement.Contains("users", StringComparison.Ordinal))
                    statements.Add(statement);
                return Task.CompletedTask;
            };
            var sent = await browser.SubmitAsync(page, Ask, ("identifier", name));
            work.Add(string.Join('\n', statements));
            hub.BeforeStatement = null;
            answered.SetResult();
            var text = sent.Document.Body!.TextContent.Replace(name, "NAME", StringComparison.Ordinal);
            seen.Add($"{sent.Status} {text} {string.Join(' ', browser.Cookies.Keys)}");
        }

        await hub.LookedAtAsync();
        Assert.That(seen, Has.Count.EqualTo(1), string.Join('\n', seen));
        Assert.That(work, Has.Count.EqualTo(1), string.Join("\n\n", work));
        Assert.That(
            (hub.SentTo(there.Email!).Count, hub.SentTo(disabled.Email!).Count), Is.EqualTo((2, 0)), "only who is there gets a message");
    }

    [Test, Spec("ASSURANCE", "L5")]
    public async Task L5_A_user_with_only_a_phone_gets_a_text_message_which_proves_the_number()
    {
        var number = $"+276{RandomNumberGenerator.GetString("0123456789", 8)}";
        var user = await Hub.AddUserAsync(user => user.PhoneNumber = number);
        var browser = new Browser(Client) { AcceptLanguage = "de" };
        await AskAsync(browser, number);
        var form = await browser.GetAsync(await LinkAsync(Hub, number));

        Assert.That(Hub.SentTo(number).Single().Text.Text, Does.StartWith($"Neues Passwort für {user.UserName} wählen"));
        await browser.SubmitAsync(form, Set, ("new_password", New), ("repeated_password", New));

        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That(
            (after.PhoneNumber, after.PhoneNumberConfirmed, after.Email, after.EmailConfirmed),
            Is.EqualTo((number, true, (string?)null, false)));
        Assert.That((await browser.LogInAsync(await browser.GetAsync("/login"), number, New)).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_proven_phone_number_is_preferred_to_an_address_that_was_never_proven()
    {
        var number = $"+277{RandomNumberGenerator.GetString("0123456789", 8)}";
        var user = await Hub.AddUserAsync(user =>
            (user.PhoneNumber, user.PhoneNumberConfirmed, user.Email) = (number, true, $"{user.Id:N}@example.com"));
        await AskAsync(new Browser(Client), user.Email!);

        Assert.That(await LinkAsync(Hub, number), Does.StartWith(Set));
        Assert.That(Hub.SentTo(user.Email!), Is.Empty);
    }

    [Test, Spec("ASSURANCE", "B6")]
    public async Task B6_Strangers_who_ask_do_not_keep_a_link_from_the_user_and_do_not_flood_the_mailbox()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));
        for (var i = 0; i < 8; i++)
        {
            await AskAsync(new Browser(hub.Client) { ForwardedFor = $"203.0.113.{i}" }, user.UserName!);
            await hub.LookedAtAsync();
            hub.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(hub.SentTo(user.Email!), Has.Count.EqualTo(5));
        var browser = new Browser(hub.Client);
        var form = await browser.GetAsync(await LinkAsync(hub, user.Email!, 5));
        var done = await browser.SubmitAsync(form, Set, ("new_password", New), ("repeated_password", New));
        Assert.That(done.Text(".notice"), Is.EqualTo("Your new password is set."), "the newest message is the user's, whoever asked");

        hub.Time.Advance(TimeSpan.FromHours(1));
        await AskAsync(browser, user.UserName!);
        Assert.That(await LinkAsync(hub, user.Email!, 7), Is.Not.Null, "and the next hour brings the next one");
    }

    [Test, Spec("ASSURANCE", "B6")]
    public async Task B6_An_address_asks_thirty_times_in_ten_minutes_whoever_it_names()
    {
        await using var hub = await StartHubAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync(Ask);
        for (var i = 0; i < 30; i++)
            Assert.That((await browser.SubmitAsync(page, Ask, ("identifier", $"nobody{i}"))).Status, Is.EqualTo(200));

        var refused = await browser.SubmitAsync(page, Ask, ("identifier", "nobody"));

        Assert.That((refused.Status, refused.Answer.Header("Retry-After")), Is.EqualTo((429, "600")));
        Assert.That(refused.Failure(), Is.EqualTo("Too many attempts. Wait a few minutes, then try again."));
    }

    [TestCase("", 400)]
    [TestCase(" ", 400)]
    [TestCase("a\0b", 400)]
    [TestCase("\uD800", 200)]
    [TestCase("jürgen+tag@exämple.com", 200)]
    [TestCase(Pages.Evil, 200)]
    [Spec("ASSURANCE", "I4"), Spec("ASSURANCE", "I8")]
    public async Task I8_Whatever_is_typed_is_answered_and_shown_as_text(string typed, int status)
    {
        var page = await AskAsync(new Browser(Client), typed, status);

        Assert.That(page.IsIntact(), Is.True);
    }

    [Test]
    public async Task A_link_expires_after_an_hour_and_a_change_of_the_password_ends_it()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));
        var browser = new Browser(hub.Client);
        await AskAsync(browser, user.UserName!);
        var expired = await LinkAsync(hub, user.Email!);
        hub.Time.Advance(TimeSpan.FromHours(1));
        await AskAsync(browser, user.UserName!);
        var outlived = await LinkAsync(hub, user.Email!, 2);
        Assert.That((await browser.GetAsync(expired)).Failure(), Is.EqualTo(Dead));
        Assert.That((await browser.GetAsync(outlived)).Status, Is.EqualTo(200));

        await hub.ChangeUserAsync(user.Id, user => user.SecurityStamp = "another");

        Assert.That((await browser.GetAsync(outlived)).Failure(), Is.EqualTo(Dead));
        await using var context = hub.NewContext();
        var reasons = await Eventually.GetAsync(
            () => context.AuditEvents.Where(row => row.Endpoint == "forgotten/reset" && row.Type == "request.refused")
                .OrderBy(row => row.Id).Select(row => row.Reason).ToListAsync(),
            found => found.Count >= 2);
        Assert.That(reasons, Is.EqualTo(["reset_token_expired", "reset_token_outlived"]), "the trail says which");
    }

    private static async Task<Page> AskAsync(Browser browser, string name, int status = 200)
    {
        var sent = await browser.SubmitAsync(await browser.GetAsync(Ask), Ask, ("identifier", name));
        Assert.That(sent.Status, Is.EqualTo(status), sent.Answer.Body);
        return sent;
    }

    // The path of the newest link that was sent there, once so many messages have arrived.
    private static async Task<string> LinkAsync(Hub hub, string address, int count = 1)
    {
        var sent = await Eventually.GetAsync(() => Task.FromResult(hub.SentTo(address)), sent => sent.Count >= count);
        return Link().Match(sent.First(message => Link().IsMatch(message.Text.Text)).Text.Text).Groups[1].Value;
    }

    private Task<User> NewUserAsync() =>
        Hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));

    [GeneratedRegex(@"https?://[^/\s]+(/forgotten/reset\?token=ihw_[A-Za-z0-9_-]{49})")]
    private static partial Regex Link();
}
