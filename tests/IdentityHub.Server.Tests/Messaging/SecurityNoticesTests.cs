using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging;

/// <summary>What users are told by e-mail about how they sign in.</summary>
public class SecurityNoticesTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Chrome =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    private const string NewSignIn = "New sign-in to your account";

    [Test]
    public async Task A_user_is_told_of_a_browser_that_is_new_and_not_of_the_first_one_or_of_one_that_comes_again()
    {
        var user = await NewUserAsync();
        var (first, _) = await Hub.SignInAsync(user);
        await first.SubmitAsync(await first.GetAsync("/logout"), "/logout");
        await first.LogInAsync(await first.GetAsync("/login"), user.UserName!, HubUsers.Password);
        await Hub.LookedAtAsync();
        Assert.That(Hub.SentTo(user.Email!), Is.Empty);

        var second = new Browser(Client) { UserAgent = Chrome };
        await second.LogInAsync(await second.GetAsync("/login"), user.UserName!, HubUsers.Password);
        await Hub.LookedAtAsync();

        var mail = Hub.SentTo(user.Email!).Single();
        Assert.That(mail.Text.Subject, Is.EqualTo(NewSignIn));
        Assert.That(
            mail.Text.Text, Does.Contain("Chrome on Windows").And.Contain("/account/sessions").And.Contain(user.UserName!));
    }

    [Test]
    public async Task A_browser_that_two_users_share_is_known_to_both_and_a_forged_cookie_to_nobody()
    {
        var (user, other) = (await NewUserAsync(), await NewUserAsync());
        await Hub.SignInAsync(user);
        var browser = new Browser(Client);
        foreach (var who in new[] { user, other, user, other })
        {
            await browser.LogInAsync(await browser.GetAsync("/login"), who.UserName!, HubUsers.Password);
            await browser.SubmitAsync(await browser.GetAsync("/logout"), "/logout");
        }

        await Hub.LookedAtAsync();
        Assert.That((Hub.SentTo(user.Email!).Count, Hub.SentTo(other.Email!).Count), Is.EqualTo((1, 0)));

        var known = browser.Cookies.Keys.Single(name => name.EndsWith("hub-known", StringComparison.Ordinal));
        var forger = new Browser(Client) { Cookies = { [known] = new string('A', 22) + "." + new string('%', 5000) } };
        await forger.LogInAsync(await forger.GetAsync("/login"), user.UserName!, HubUsers.Password);
        await Hub.LookedAtAsync();
        Assert.That(Hub.SentTo(user.Email!), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_changed_password_is_told_once_and_only_where_the_address_is_proven()
    {
        var (user, unproven) = (await NewUserAsync(), await Hub.AddUserAsync(user => user.Email = $"{user.Id:N}@example.com"));
        foreach (var who in new[] { user, unproven })
        {
            var (browser, _) = await Hub.SignInAsync(who);
            var changed = await browser.SubmitAsync(
                await browser.GetAsync("/account/password"), "/account/password", ("old_password", HubUsers.Password),
                ("new_password", "Another-Horse-10"), ("repeated_password", "Another-Horse-10"));
            Assert.That(changed.Status, Is.EqualTo(200));
        }

        await Hub.LookedAtAsync();
        Assert.That(Hub.SentTo(user.Email!).Select(mail => mail.Text.Subject), Is.EqualTo(["Your password was changed"]));
        Assert.That(Hub.SentTo(unproven.Email!), Is.Empty);
    }

    [Test]
    public async Task Every_notice_reaches_its_user_in_their_language()
    {
        var user = await Hub.AddUserAsync(user =>
            (user.Email, user.EmailConfirmed, user.Locale) = ($"{user.Id:N}@example.com", true, "de-CH"));
        var context = new RequestContext("account", "203.0.113.9", Chrome, Hub.Time.GetUtcNow());
        foreach (var notice in SecurityNotice.All)
            await Hub.Services.GetRequiredService<SecurityNotices>().SendAsync(user.Id, notice, context, CancellationToken.None);
        await Hub.LookedAtAsync();

        var mails = Hub.SentTo(user.Email!);
        Assert.That(mails.Select(mail => mail.Text.Subject).Distinct().Count(), Is.EqualTo(SecurityNotice.All.Count));
        Assert.That(mails.Select(mail => mail.Text.Text), Is.All.Contains("Von der IP-Adresse 203.0.113.9."));
        Assert.That(mails.Select(mail => mail.Text.Text), Is.All.Contains("https://").Or.All.Contains("http://"));
    }

    private Task<User> NewUserAsync() =>
        Hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));
}
