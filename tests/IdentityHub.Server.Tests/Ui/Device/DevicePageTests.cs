using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Device;

[Spec("RFC 8628", "3.3")]
public class DevicePageTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.People + Devices.Clients +
        """
          - { client_id: vault, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], scope: openid, require_mfa: true }
        scopes:
          - { name: orders.read, display_name: Read your orders }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }
        """;

    [Test]
    public async Task A_user_lets_a_device_in_after_he_has_seen_who_asks_for_what_and_from_where()
    {
        var user = await Hub.AddUserAsync();
        var device = await Client.StartDeviceAsync("tv", "openid orders.read");
        var (browser, _) = await Hub.SignInAsync(user);

        var found = await browser.SubmitAsync(
            await browser.GetAsync("/device"), "/device",
            ("user_code", device["user_code"]!.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)));
        Assert.Multiple(() =>
        {
            Assert.That(found.Text("h1"), Is.EqualTo("Let this device in?"));
            Assert.That(
                found.Document.QuerySelectorAll("dd").Select(value => value.TextContent.Trim()),
                Is.EqualTo([device["user_code"], "tv", "Unknown device", "127.0.0.1 (the same as yours)", "22 November 2026, 12:00 UTC"]));
            Assert.That(
                found.Document.QuerySelectorAll("ul.plain li").Select(scope => scope.TextContent.Split('.')[0]),
                Is.EqualTo(["Sign you in", "Read your orders"]));
        });
        Assert.That(
            (await Client.PollAsync(device["device_code"]))["error"], Is.EqualTo("authorization_pending"), "looking decides nothing");

        var done = await browser.SubmitAsync(found, "/device?handler=Decide", ("decision", "allow"));
        Assert.That(done.Text("[role=status]"), Is.EqualTo("The device is let in."));
        await Hub.AuditAsync(user.Id, "device.approved");
        Hub.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await Client.PollAsync(device["device_code"])).Status, Is.EqualTo(200));
    }

    [Test, Spec("RFC 8628", "5.4")]
    public async Task What_a_device_says_of_itself_is_never_shown_in_its_own_words()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Devices.Endpoint).WithForm(("client_id", "tv"), ("scope", "openid"));
        request.Headers.TryAddWithoutValidation("User-Agent", "Firefox/140.0 (Your bank's verified terminal: press Allow) Windows");
        var device = await Client.AnswerAsync(request);
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var found = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));

        Assert.That(found.Document.QuerySelectorAll("dd")[2].TextContent.Trim(), Is.EqualTo("Firefox on Windows"));
        Assert.That(found.Answer.Body, Does.Not.Contain("verified terminal"));
    }

    [Test]
    public async Task A_device_that_is_not_let_in_gets_nothing()
    {
        var user = await Hub.AddUserAsync();
        var device = await Client.StartDeviceAsync("tv", "openid");
        var (browser, _) = await Hub.SignInAsync(user);
        var found = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));
        var done = await browser.SubmitAsync(found, "/device?handler=Decide", ("decision", "deny"));
        var again = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));

        Assert.That(done.Text("[role=status]"), Is.EqualTo("The device is not let in."));
        Assert.That((await Client.PollAsync(device["device_code"]))["error"], Is.EqualTo("access_denied"));
        Assert.That((again.Status, again.Failure()), Is.EqualTo((400, "The code is wrong, was used before, or has expired.")));
    }

    [Test, Spec("RFC 8628", "3.3.1")]
    public async Task A_code_in_the_address_is_filled_in_survives_the_login_and_is_looked_up_by_a_click()
    {
        var user = await Hub.AddUserAsync();
        var device = await Client.StartDeviceAsync("tv", "openid");
        var browser = new Browser(Client);
        var login = await browser.GetAsync($"/device?user_code={device["user_code"]}");
        Assert.That(login.IsLogin(), Is.True);
        var page = await browser.LogInAsync(login, user.UserName!, HubUsers.Password);

        Assert.That(
            (page.Text("h1"), page.Document.QuerySelector("#user_code")!.GetAttribute("value")),
            Is.EqualTo(("Connect a device", device["user_code"])));
        Assert.That((await browser.SubmitAsync(page, "/device")).Text("h1"), Is.EqualTo("Let this device in?"));
    }

    [Test, Spec("ASSURANCE", "S1")]
    public async Task In_a_remembered_browser_the_device_is_let_in_after_the_second_factor_with_the_code_kept_and_sent_away_without()
    {
        await using var hub = await StartHubAsync();
        var (user, app) = await hub.AddUserWithAppAsync();
        var browser = new Browser(hub.Client);
        await browser.SubmitAsync(
            await browser.PasswordAsync(user), SecondFactors.Login, ("proof", app.CodeAt(hub.Time.GetUtcNow())),
            ("remember_browser", "true"));
        browser.Cookies.Remove(Pages.SessionCookie);
        var signedIn = await browser.LogInAsync(await browser.GetAsync("/login"), user.UserName!, HubUsers.Password);
        Assert.That(signedIn.Path, Is.EqualTo("/account"), "the browser stands for the second factor");
        hub.Time.Advance(TimeSpan.FromSeconds(30));
        var (device, unwanted) = (await hub.Client.StartDeviceAsync(scope: "openid"), await hub.Client.StartDeviceAsync());

        var found = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));
        Assert.That(found.Document.QuerySelector("button[value=allow]"), Is.Null);
        var form = found.FormTo("/device?handler=Decide");
        var asked = found.Document.QuerySelector("form .actions a.button")!.GetAttribute("href")!;
        form.InnerHtml += "<button name=\"decision\" value=\"allow\"></button>";
        var forced = await browser.SubmitAsync(found, form, ("decision", "allow"));
        var denied = await browser.SubmitAsync(
            await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", unwanted["user_code"])),
            "/device?handler=Decide", ("decision", "deny"));

        Assert.That(
            found.Document.Body!.TextContent,
            Does.Contain("To let a device in, sign in again with your second factor. Then you come back here."));
        Assert.That((forced.Text("h1"), forced.Status), Is.EqualTo(("Let this device in?", 400)));
        await using var context = hub.NewContext();
        var refusals = await Eventually.GetAsync(
            () => context.AuditEvents.Where(row => row.Endpoint == "device" && row.Reason == "mfa_required").ToListAsync(),
            rows => rows.Count > 0);
        Assert.That(refusals.Select(row => row.ClientId), Is.EqualTo(["tv"]));
        Assert.That(denied.Text("[role=status]"), Is.EqualTo("The device is not let in."));
        Assert.That((await hub.Client.PollAsync(device["device_code"]))["error"], Is.EqualTo("authorization_pending"));

        var second = await browser.LogInAsync(await browser.GetAsync(asked), user.UserName!, HubUsers.Password);
        Assert.That(second.Path, Does.StartWith(SecondFactors.Login));
        var back = await browser.ProveAsync(second, app.CodeAt(hub.Time.GetUtcNow()));
        Assert.That(back.Document.QuerySelector("#user_code")!.GetAttribute("value"), Is.EqualTo(device["user_code"]));
        var done = await browser.SubmitAsync(
            await browser.SubmitAsync(back, "/device"), "/device?handler=Decide", ("decision", "allow"));
        Assert.That(done.Text("[role=status]"), Is.EqualTo("The device is let in."));
        hub.Time.Advance(TimeSpan.FromSeconds(6));
        var tokens = await hub.Client.PollAsync(device["device_code"]);
        Assert.That(
            new JsonWebToken(tokens["access_token"]).GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:2"), tokens.ToString());
    }

    [Test, Spec("ASSURANCE", "S1")]
    public async Task A_session_of_a_remembered_browser_lets_no_device_in_after_its_user_has_lost_the_factor()
    {
        await using var hub = await StartHubAsync();
        var (user, app) = await hub.AddUserWithAppAsync();
        var browser = new Browser(hub.Client);
        await browser.SubmitAsync(
            await browser.PasswordAsync(user), SecondFactors.Login, ("proof", app.CodeAt(hub.Time.GetUtcNow())),
            ("remember_browser", "true"));
        browser.Cookies.Remove(Pages.SessionCookie);
        await browser.LogInAsync(await browser.GetAsync("/login"), user.UserName!, HubUsers.Password);
        await using (var transaction = await hub.Database.BeginAsync(CancellationToken.None))
        {
            await SecondFactorRows.DeleteAsync(transaction, user.Id, CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }

        var device = await hub.Client.StartDeviceAsync(scope: "openid");
        var found = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));
        Assert.That(found.Text("h1"), Is.EqualTo("Let this device in?"));
        Assert.That(found.Document.QuerySelector("button[value=allow]"), Is.Null);
        var asked = found.Document.QuerySelector("form .actions a.button")!.GetAttribute("href")!;
        var login = await browser.GetAsync(asked);
        Assert.That(
            login.Answer.Header("Content-Security-Policy"), Does.Contain("form-action 'self'"), "the way back is a page of the hub");

        var back = await browser.LogInAsync(login, user.UserName!, HubUsers.Password);
        var again = await browser.SubmitAsync(back, "/device");
        Assert.That(again.Document.QuerySelector("button[value=allow]"), Is.Not.Null, "a fresh login of one factor, which is all there is");
    }

    [Test]
    public async Task A_client_that_requires_two_factors_has_its_user_set_one_up_before_a_device_is_let_in()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        var device = await hub.Client.StartDeviceAsync("vault");
        var found = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));
        var asked = found.Document.QuerySelector("form .actions a.button")!.GetAttribute("href")!;

        var enrol = await browser.LogInAsync(await browser.GetAsync(asked), user.UserName!, HubUsers.Password);
        var code = new TestAuthenticator(enrol.Secret(), []).CodeAt(hub.Time.GetUtcNow());
        var codes = await browser.SubmitAsync(enrol, "/login/enrol", ("code", code));
        var next = codes.Document.Links.Single(link => link.GetAttribute("href")!.StartsWith("/device", StringComparison.Ordinal));
        var back = await browser.GetAsync(next.GetAttribute("href")!);
        await browser.SubmitAsync(await browser.SubmitAsync(back, "/device"), "/device?handler=Decide", ("decision", "allow"));

        hub.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await hub.Client.PollAsync(device["device_code"], "vault")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Without_a_decision_the_device_is_shown_again()
    {
        var device = await Client.StartDeviceAsync("tv", "openid");
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var found = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));

        foreach (var decision in new[] { null, "", "maybe" })
            Assert.That(
                (await browser.SubmitAsync(found, "/device?handler=Decide", ("decision", decision))).Text("h1"),
                Is.EqualTo("Let this device in?"));
        Assert.That((await Client.PollAsync(device["device_code"]))["error"], Is.EqualTo("authorization_pending"));
    }

    [Test, Spec("ASSURANCE", "B9")]
    public async Task B9_After_five_wrong_codes_a_user_has_to_wait()
    {
        await using var hub = await StartHubAsync();
        var device = await hub.Client.StartDeviceAsync("tv", "openid");
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        var page = await browser.GetAsync("/device");
        for (var i = 0; i < 5; i++)
            Assert.That((await browser.SubmitAsync(page, "/device", ("user_code", $"BBBB-BBB{"BCDFG"[i]}"))).Status, Is.EqualTo(400));

        var right = await browser.SubmitAsync(page, "/device", ("user_code", device["user_code"]));
        Assert.That((right.Status, right.Failure()), Is.EqualTo((429, "Too many attempts. Wait a few minutes, then try again.")));
        Assert.That(int.Parse(right.Answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 60));
    }
}
