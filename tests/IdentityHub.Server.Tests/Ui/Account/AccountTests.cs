using AngleSharp.Dom;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Account;

public class AccountTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string NewPassword = "Another-Horse-10";

    [Test]
    public async Task A_user_sees_who_he_is_and_changes_his_name_and_language()
    {
        var user = await Hub.AddUserAsync(user =>
            (user.Email, user.GivenName, user.Locale) = ($"{user.Id:N}@example.com", "Carol", "de-CH"));
        var (browser, page) = await Hub.SignInAsync(user);
        Assert.That(
            page.Document.QuerySelectorAll("dd").Select(value => value.TextContent.Trim()),
            Is.EqualTo([user.UserName, $"{user.Email} (not verified)", "none"]));
        Assert.That(
            page.Document.QuerySelector("option[selected]")!.GetAttribute("value"), Is.EqualTo("de-CH"),
            "a language that is not on the list is kept");

        var saved = await browser.SubmitAsync(
            page, "/account", ("given_name", "  Caroline "), ("family_name", "O'Hara & Söhne"), ("locale", "fr"));
        var after = await Hub.ReadUserAsync(user.Id);

        Assert.That(saved.Text(".notice"), Is.EqualTo("Your profile is saved."));
        Assert.That(
            (after.GivenName, after.FamilyName, after.Locale, after.Email), Is.EqualTo(("Caroline", "O'Hara & Söhne", "fr", user.Email)));
        Assert.That((await Hub.AuditAsync(user.Id, "profile.changed")).Select(row => row.Endpoint), Is.EqualTo(["account"]));
        var emptied = await browser.SubmitAsync(saved, "/account", ("given_name", " "), ("family_name", ""), ("locale", ""));
        Assert.That((emptied.Status, (await Hub.ReadUserAsync(user.Id)).GivenName), Is.EqualTo((200, (string?)null)));
    }

    [Test, Spec("ASSURANCE", "I7")]
    public async Task I7_Nothing_else_of_a_user_is_set_by_what_is_posted()
    {
        var user = await Hub.AddUserAsync();
        var (browser, page) = await Hub.SignInAsync(user);
        await browser.SubmitAsync(
            page, "/account", ("given_name", "Carol"), ("user_name", "admin"), ("UserName", "admin"), ("email", "admin@example.com"),
            ("EmailConfirmed", "true"), ("phone_number", "+27761234567"),
            ("organization", "acme"), ("OrganizationId", "acme"), ("role", "admin"), ("Profile.UserName", "admin"),
            ("Session.UserId", Parts.AliceId));
        var after = await Hub.ReadUserAsync(user.Id);

        Assert.That(
            (after.UserName, after.Email, after.EmailConfirmed, after.PhoneNumber, after.OrganizationId, after.GivenName),
            Is.EqualTo((user.UserName, (string?)null, false, (string?)null, (string?)null, "Carol")));
    }

    [TestCase("given_name", "a\u0007b")]
    [TestCase("family_name", "a\u0085b")]
    [TestCase("locale", "tlh")]
    [TestCase("locale", "../../etc")]
    public async Task What_cannot_be_stored_is_refused_beside_its_field(string field, string value)
    {
        var (browser, page) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var refused = await browser.SubmitAsync(page, "/account", (field, value));

        Assert.That((refused.Status, refused.Document.QuerySelector(".failure a")!.GetAttribute("href")), Is.EqualTo((400, $"#{field}")));
    }

    [Test]
    public async Task A_name_that_is_too_long_is_refused_and_one_of_any_letters_is_kept()
    {
        var user = await Hub.AddUserAsync();
        var (browser, page) = await Hub.SignInAsync(user);

        Assert.That((await browser.SubmitAsync(page, "/account", ("given_name", new string('x', 257)))).Status, Is.EqualTo(400));
        foreach (var name in new[] { "Łukasz", "李小龍", "محمد", "👩‍🚀", new string('x', 256) })
        {
            await browser.SubmitAsync(page, "/account", ("given_name", name));
            Assert.That((await Hub.ReadUserAsync(user.Id)).GivenName, Is.EqualTo(name));
        }
    }

    [Test, Spec("ASSURANCE", "S3")]
    public async Task S3_A_new_password_ends_every_other_session_with_all_that_hangs_on_it_and_this_one_goes_on_under_a_new_cookie()
    {
        var user = await Hub.AddUserAsync();
        var (elsewhere, _) = await Hub.SignInAsync(user);
        var tokens = await Client.RedeemAsync(
            "web", (await elsewhere.GetAsync(CodeFlow.Address("web", ("scope", "openid offline_access")))).Sent("code"));
        var (browser, _) = await Hub.SignInAsync(user);
        var old = browser.Session()!;

        var changed = await ChangeAsync(browser, HubUsers.Password, NewPassword);

        Assert.That(changed.Text(".notice"), Is.EqualTo("Your password is changed. You are signed out everywhere else."));
        Assert.That(browser.Session(), Is.Not.EqualTo(old));
        Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"));
        Assert.That((await elsewhere.GetAsync("/account")).Path, Does.StartWith("/login"));
        Assert.That(
            (await new Browser(Client) { Cookies = { [Pages.SessionCookie] = old } }.GetAsync("/account")).Path, Does.StartWith("/login"),
            "the old cookie");
        Assert.That((await Client.RefreshAsync("web", tokens["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That(await Client.IsActiveAsync("web", tokens["access_token"]), Is.False);
        var (again, wrong) = (new Browser(Client), new Browser(Client));
        Assert.That((await again.LogInAsync(await again.GetAsync("/login"), user.UserName!, NewPassword)).Path, Is.EqualTo("/account"));
        Assert.That((await wrong.LogInAsync(await wrong.GetAsync("/login"), user.UserName!, HubUsers.Password)).Status, Is.EqualTo(400));
        Assert.That(await Hub.AuditAsync(user.Id, "password.changed"), Has.Exactly(1).Items);
        Assert.That((await Hub.AuditAsync(user.Id, "session.ended")).Select(row => row.Reason), Is.EqualTo(["password_changed"]));
    }

    [Test, Spec("ASSURANCE", "S3")]
    public async Task S3_A_new_password_ends_what_applications_have_got_in_this_very_session_too_and_what_they_might_still_collect()
    {
        await using var hub = await Hub.StartAsync(
            Parts.Apis + Devices.Clients + CodeFlow.Clients.Replace("client_id: app,", "client_id: native,", StringComparison.Ordinal),
            Kind);
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        var tokens = await hub.Client.RedeemAsync(
            "web", (await browser.GetAsync(CodeFlow.Address("web", ("scope", "openid offline_access")))).Sent("code"));
        var code = (await browser.GetAsync(CodeFlow.Address("web", ("scope", "openid offline_access")))).Sent("code");
        var device = await hub.AllowDeviceAsync(browser);
        await ChangeAsync(browser, HubUsers.Password, NewPassword);

        Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"), "the browser itself goes on");
        Assert.That((await hub.Client.RefreshAsync("web", tokens["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That(await hub.Client.IsActiveAsync("web", tokens["access_token"]), Is.False);
        Assert.That((await hub.Client.RedeemAsync("web", code))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await hub.Client.PollAsync(device))["error"], Is.EqualTo("access_denied"));
    }

    [Test]
    public async Task A_device_that_was_let_in_and_has_not_come_back_does_not_when_all_other_sessions_are_ended()
    {
        await using var hub = await Hub.StartAsync(Parts.Apis + Devices.Clients, Kind);
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        await hub.SignInAsync(user);
        var device = await hub.AllowDeviceAsync(browser);
        var (stranger, _) = await hub.SignInAsync(await hub.AddUserAsync());
        var ofSomebodyElse = await hub.AllowDeviceAsync(stranger);
        await browser.SubmitAsync(await browser.GetAsync("/account/sessions"), "/account/sessions?handler=EndOthers");

        Assert.That((await hub.Client.PollAsync(device))["error"], Is.EqualTo("access_denied"));
        Assert.That((await hub.Client.PollAsync(ofSomebodyElse)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_withdrawn_application_collects_nothing_any_more_and_others_do()
    {
        await using var hub = await Hub.StartAsync(
            Parts.Apis + Devices.Clients + CodeFlow.Clients.Replace("client_id: app,", "client_id: native,", StringComparison.Ordinal),
            Kind);
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        var device = await hub.AllowDeviceAsync(browser);
        var page = await browser.GetAsync("/account/applications");
        Assert.That(
            page.Document.QuerySelectorAll(".what strong").Select(name => name.TextContent), Is.EqualTo(["tv"]),
            "it is on the list before it has come back");

        await browser.SubmitAsync(page, "/account/applications?handler=Withdraw");
        Assert.That((await hub.Client.PollAsync(device))["error"], Is.EqualTo("access_denied"));
        Assert.That((await browser.GetAsync("/account/applications")).Document.QuerySelectorAll("ul.rows"), Is.Empty);

        var consented = await browser.SubmitAsync(
            await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile"))), "/consent", ("decision", "allow"));
        var other = await browser.GetAsync(CodeFlow.Address("web"));
        await browser.SubmitAsync(await browser.GetAsync("/account/applications"), "/account/applications?handler=Withdraw");
        Assert.That((await hub.Client.RedeemAsync("curious", consented.Sent("code")))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await hub.Client.RedeemAsync("web", other.Sent("code"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_end_of_sessions_by_a_new_password_is_told_to_their_clients_in_the_same_transaction()
    {
        await using var hub = await Hub.StartAsync(
            """
            clients:
              - { client_id: web, grant_types: [authorization_code], client_secrets: [{ value: "plain:web-secret" }], redirect_uris: ["https://web.test/cb"], scope: openid, backchannel_logout_uri: "http://127.0.0.1:9/back" }
            """,
            Kind);
        var user = await hub.AddUserAsync();
        var (elsewhere, _) = await hub.SignInAsync(user);
        Assert.That((await elsewhere.GetAsync(CodeFlow.Address("web"))).Sent("code"), Is.Not.Null);
        var (browser, _) = await hub.SignInAsync(user);
        Assert.That((await browser.GetAsync(CodeFlow.Address("web"))).Sent("code"), Is.Not.Null);
        await ChangeAsync(browser, HubUsers.Password, NewPassword);

        await using var context = hub.NewContext();
        Assert.That(await context.OutboxMessages.CountAsync(), Is.EqualTo(1), "of the session that has ended, not of the one that goes on");
    }

    [TestCase("wrong", NewPassword, NewPassword, "#old_password", "The current password is wrong.")]
    [TestCase(HubUsers.Password, "short", "short", "#new_password", "The password has fewer than 8 characters.")]
    [TestCase(
        HubUsers.Password, "Password1", "Password1", "#new_password", "The password is one of the most common ones. Choose another one.")]
    [TestCase(HubUsers.Password, NewPassword, "Different-11", "#repeated_password", "The two passwords differ.")]
    [TestCase(HubUsers.Password, HubUsers.Password, HubUsers.Password, "#new_password", "The new password is the same as the old one.")]
    public async Task A_password_that_cannot_be_changed_stays(string old, string wanted, string repeated, string field, string sentence)
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var refused = await ChangeAsync(browser, old, wanted, repeated);

        Assert.That(
            (refused.Status, refused.Document.QuerySelector(".failure a")!.GetAttribute("href"), refused.Failure()),
            Is.EqualTo((400, field, sentence)));
        Assert.That((await Hub.ReadUserAsync(user.Id)).PasswordHash, Is.EqualTo(user.PasswordHash));
    }

    [Test, Spec("ASSURANCE", "B1")]
    public async Task B1_Guesses_at_the_old_password_count_as_those_of_a_login_do()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        for (var i = 0; i < 5; i++)
            await ChangeAsync(browser, $"wrong-{i}", NewPassword);

        var right = await ChangeAsync(browser, HubUsers.Password, NewPassword);
        var login = await new Browser(Client).LogInAsync(
            await browser.GetAsync(CodeFlow.Address("web", ("prompt", "login"))), user.UserName!, HubUsers.Password);

        Assert.That((right.Status, right.Failure()), Is.EqualTo((400, "The current password is wrong.")));
        Assert.That(login.Status, Is.EqualTo(400));
    }

    [Test]
    public async Task After_a_quarter_of_an_hour_the_password_takes_another_login_and_the_way_leads_back()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        hub.Time.Advance(TimeSpan.FromMinutes(14));
        var page = await browser.GetAsync("/account/password");
        hub.Time.Advance(TimeSpan.FromMinutes(2));

        var late = await browser.SubmitAsync(
            page, "/account/password", ("old_password", HubUsers.Password), ("new_password", NewPassword),
            ("repeated_password", NewPassword));
        Assert.That(late.IsLogin(), Is.True);
        Assert.That((await hub.ReadUserAsync(user.Id)).PasswordHash, Is.EqualTo(user.PasswordHash));
        var offered = await browser.GetAsync("/account/password");
        Assert.That(offered.Document.QuerySelectorAll("[name=new_password]"), Is.Empty);
        var login = await browser.GetAsync(
            offered.Document.Links.Single(link => link.TextContent == "Sign in again").GetAttribute("href")!);
        Assert.That(login.Document.QuerySelector("#username")!.GetAttribute("value"), Is.EqualTo(user.UserName));
        var back = await browser.LogInAsync(login, user.UserName!, HubUsers.Password);
        Assert.That((back.Path, back.Document.QuerySelectorAll("[name=new_password]").Length), Is.EqualTo(("/account/password", 1)));
    }

    [Test, Spec("ASSURANCE", "R6")]
    public async Task Two_changes_of_one_password_at_once_are_one()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var page = await browser.GetAsync("/account/password");
        var copies = Enumerable.Range(0, 4).Select(_ => Copy(browser)).ToList();
        var answers = await Task.WhenAll(
            copies.Select(
                (copy, i) =>
                    copy.SubmitAsync(
                        page, "/account/password", ("old_password", HubUsers.Password), ("new_password", $"{NewPassword}-{i}"),
                        ("repeated_password", $"{NewPassword}-{i}"))));

        Assert.That(answers.Select(answer => answer.Status), Has.None.GreaterThanOrEqualTo(500));
        Assert.That(answers.Count(answer => answer.Text(".notice") is not null), Is.EqualTo(1));
    }

    [Test]
    public async Task A_user_sees_his_sessions_and_ends_one_or_all_others()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        List<Browser> others = [];
        foreach (var agent in new[]
            {
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                null,
            })
        {
            var other = new Browser(Client) { UserAgent = agent };
            await other.LogInAsync(await other.GetAsync("/login"), user.UserName!, HubUsers.Password);
            others.Add(other);
        }

        var page = await browser.GetAsync("/account/sessions");
        var names = page.Document.QuerySelectorAll(".what strong").Select(name => name.TextContent).ToList();
        Assert.That(names, Is.EquivalentTo(["Unknown device", "Safari on iPhone", "Firefox on Windows", "Unknown device"]));
        Assert.That(
            page.Document.QuerySelectorAll("li:has(.badge)"),
            Has.Exactly(1).Items.And.All.Matches<IElement>(row => row.QuerySelector("form") is null), "this one is not ended here");
        Assert.That(page.Text(".what .quiet"), Is.EqualTo("Address 127.0.0.1"));

        var ended = await browser.SubmitAsync(
            page,
            page.Document.QuerySelectorAll("ul.rows > li")
                .First(row => row.TextContent.Contains("iPhone", StringComparison.Ordinal))
                .QuerySelector<AngleSharp.Html.Dom.IHtmlFormElement>("form")!);
        Assert.That(ended.Text(".notice"), Is.EqualTo("That sign-in is ended."));
        Assert.That((await others[0].GetAsync("/account")).Path, Does.StartWith("/login"));
        Assert.That((await others[1].GetAsync("/account")).Path, Is.EqualTo("/account"));
        var all = await browser.SubmitAsync(ended, "/account/sessions?handler=EndOthers");
        Assert.That(all.Document.QuerySelectorAll("ul.rows > li"), Has.Exactly(1).Items);
        Assert.That((await others[1].GetAsync("/account")).Path, Does.StartWith("/login"));
        Assert.That(
            (await Hub.AuditAsync(user.Id, "session.ended", 3)).Select(row => row.Reason),
            Is.EqualTo(["ended_by_user", "ended_by_user", "ended_by_user"]));
    }

    [Test, Spec("ASSURANCE", "S2")]
    public async Task S2_Nobody_ends_the_session_of_somebody_else()
    {
        var (first, second) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        var (browser, page) = await Hub.SignInAsync(first);
        var (other, otherPage) = await Hub.SignInAsync(second);
        var otherId = otherPage.FormTo("/account").QuerySelector("[name=session]")!.GetAttribute("value")!;
        foreach (var id in new[] { otherId, "00000000-0000-0000-0000-000000000000", "nonsense", "" })
            await browser.PostAsync(
                "/account/sessions?handler=End", ("form_token", page.Document.QuerySelector("[name=form_token]")!.GetAttribute("value")!),
                ("session", page.FormTo("/account").QuerySelector("[name=session]")!.GetAttribute("value")!), ("id", id));

        Assert.That((await other.GetAsync("/account")).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_user_sees_the_applications_that_he_has_let_in_and_withdraws_what_they_have()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        Assert.That((await browser.GetAsync("/account/applications")).Document.QuerySelectorAll("ul.rows"), Is.Empty);
        var tokens = await Client.RedeemAsync(
            "web", (await browser.GetAsync(CodeFlow.Address("web", ("scope", "openid email offline_access")))).Sent("code"));
        await browser.SubmitAsync(
            await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile"))), "/consent", ("decision", "allow"));

        var page = await browser.GetAsync("/account/applications");
        Assert.That(
            page.Document.QuerySelectorAll(".what strong").Select(name => name.TextContent), Is.EquivalentTo(["Web shop", "Curious"]));
        var web = page
            .Document.QuerySelectorAll("ul.rows > li")
            .First(row => row.TextContent.Contains("Web shop", StringComparison.Ordinal));
        Assert.That(
            web.QuerySelectorAll("li").Select(scope => scope.TextContent),
            Is.EqualTo(["Sign you in", "See your e-mail address", "Keep the access while you are away"]));
        var withdrawn = await browser.SubmitAsync(page, web.QuerySelector<AngleSharp.Html.Dom.IHtmlFormElement>("form")!);

        Assert.That(withdrawn.Document.QuerySelectorAll(".what strong").Select(name => name.TextContent), Is.EqualTo(["Curious"]));
        Assert.That((await Client.RefreshAsync("web", tokens["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That((await Hub.AuditAsync(user.Id, "consent.withdrawn")).Select(row => row.ClientId), Is.EqualTo(["web"]));
        await browser.SubmitAsync(withdrawn, "/account/applications?handler=Withdraw");
        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile")))).Path, Does.StartWith("/consent"),
            "it has to ask again");
    }

    [TestCase("nobody")]
    [TestCase("")]
    [TestCase("a\u0001b")]
    public async Task What_is_not_on_the_list_is_not_withdrawn(string client)
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        await browser.SubmitAsync(
            await browser.GetAsync(CodeFlow.Address("curious", ("scope", "openid profile"))), "/consent", ("decision", "allow"));
        var answer = await browser.SubmitAsync(
            await browser.GetAsync("/account/applications"), "/account/applications?handler=Withdraw", ("client", client));

        Assert.That((answer.Status, answer.Document.QuerySelectorAll(".what strong").Length), Is.EqualTo((200, 1)));
    }

    [TestCase("/account")]
    [TestCase("/account/password")]
    [TestCase("/account/sessions")]
    [TestCase("/account/applications")]
    [TestCase("/account/passkeys")]
    [TestCase("/device")]
    public async Task Who_is_not_signed_in_logs_in_first_and_comes_back(string path)
    {
        var user = await Hub.AddUserAsync();
        var browser = new Browser(Client);
        var login = await browser.GetAsync(path);
        Assert.That(login.IsLogin(), Is.True);

        Assert.That((await browser.LogInAsync(login, user.UserName!, HubUsers.Password)).Path, Is.EqualTo(path));
    }

    private static async Task<Page> ChangeAsync(Browser browser, string old, string wanted, string? repeated = null) =>
        await browser.SubmitAsync(
            await browser.GetAsync("/account/password"), "/account/password", ("old_password", old), ("new_password", wanted),
            ("repeated_password", repeated ?? wanted));

    private Browser Copy(Browser browser)
    {
        var copy = new Browser(Client);
        foreach (var (name, value) in browser.Cookies)
            copy.Cookies[name] = value;
        return copy;
    }
}
