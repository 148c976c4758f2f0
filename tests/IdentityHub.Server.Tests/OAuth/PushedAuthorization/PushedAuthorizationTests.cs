using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.PushedAuthorization;

[Spec("RFC 9126", "2")]
public class PushedAuthorizationTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Path = "/connect/par";

    [Test]
    public async Task A_pushed_request_is_found_by_its_reference_and_ends_in_a_code()
    {
        var pushed = await PushAsync("web", ("scope", "openid profile"), ("state", "pushed-state"));
        var browser = new Browser(Client);
        var page = await browser.LogInAsync(
            await browser.GetAsync(Address("web", pushed["request_uri"], ("state", "ignored"), ("scope", "orders.read"))));

        Assert.Multiple(() =>
        {
            Assert.That((pushed.Status, pushed["expires_in"], pushed.Header("Cache-Control")), Is.EqualTo((201, "600", "no-store")));
            Assert.That(pushed["request_uri"], Does.StartWith("urn:ietf:params:oauth:request_uri:ihp_"));
            Assert.That((page.Sent("state"), page.Location), Is.EqualTo(("pushed-state", page.Location)));
        });
        Assert.That(
            (await Client.RedeemAsync("web", page.Sent("code")))["scope"], Is.EqualTo("openid profile"),
            "what stands beside the reference counts for nothing");
    }

    [Test, Spec("ASSURANCE", "L10")]
    public async Task L10_A_state_of_8_KB_can_be_pushed_and_a_longer_one_is_refused_at_once()
    {
        var state = new string('%', 8_192);
        var pushed = await PushAsync("web", ("state", state));
        var browser = new Browser(Client);
        var page = await browser.LogInAsync(await browser.GetAsync(Address("web", pushed["request_uri"])));

        Assert.That((pushed.Status, page.Sent("state")), Is.EqualTo((201, state)), pushed.Body);
        var longer = await Client.PostFormAsync(Path, CodeFlow.Request("web", ("client_secret", "web-secret"), ("state", state + "s")));
        Assert.That((longer.Status, longer["error_reason"]), Is.EqualTo((400, "state_too_long")));
    }

    [Test, Spec("RFC 9126", "7.3")]
    public async Task It_may_be_opened_again_before_the_login_and_not_after_the_code()
    {
        var pushed = await PushAsync("web");
        var browser = new Browser(Client);
        var address = Address("web", pushed["request_uri"]);
        await browser.GetAsync(address);
        var login = await browser.GetAsync(address);
        Assert.That(login.IsLogin(), Is.True, "a reload");
        Assert.That((await browser.LogInAsync(login)).Sent("code"), Is.Not.Null);

        var again = await browser.GetOnceAsync(address + "&redirect_uri=" + Uri.EscapeDataString("https://web.test/cb"));
        Assert.That(again.Sent("error"), Is.EqualTo("invalid_request_uri"));
        Assert.That((await browser.GetOnceAsync(address)).Status, Is.EqualTo(400), "without a target that is good by itself it is a page");
    }

    [Test, Spec("ASSURANCE", "P7")]
    public async Task P7_The_reference_of_another_client_is_refused_and_its_owner_can_still_use_it()
    {
        var pushed = await PushAsync("web");

        var stolen = await new Browser(Client).GetOnceAsync(Address("other", pushed["request_uri"]));
        Assert.That((stolen.Status, stolen.Location), Is.EqualTo((400, (string?)null)));
        var browser = new Browser(Client);
        Assert.That((await browser.LogInAsync(await browser.GetAsync(Address("web", pushed["request_uri"])))).Sent("code"), Is.Not.Null);
    }

    [TestCase(10)]
    [TestCase(4000)]
    public async Task R8_It_is_used_up_with_its_code_however_long_the_rubbish_beside_its_reference(int length)
    {
        await using var hub = await StartHubAsync();
        var pushed = await hub.Client.PostFormAsync(Path, CodeFlow.Request("web", ("client_secret", "web-secret")));
        var browser = new Browser(hub.Client);
        var page = await browser.LogInAsync(
            await browser.GetAsync(Address("web", pushed["request_uri"], ("rubbish", new string('x', length)))));
        await using var context = hub.NewContext();

        Assert.That(page.Sent("code"), Is.Not.Null);
        Assert.That(context.PushedRequests.Select(row => row.UsedAt != null).ToList(), Is.EqualTo([true]), "the one request, used");
        Assert.That((await browser.GetOnceAsync(Address("web", pushed["request_uri"]))).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task What_means_nothing_in_a_request_is_not_kept()
    {
        await using var hub = await StartHubAsync();
        var sizes = new List<int>();
        foreach (var rubbish in new[] { "", new string('x', 7000) })
        {
            var answer = await hub.Client.PostFormAsync(
                Path, CodeFlow.Request("web", ("client_secret", "web-secret"), ("rubbish", rubbish)));
            Assert.That(answer.Status, Is.EqualTo(201));
        }

        await using var context = hub.NewContext();
        sizes.AddRange(context.PushedRequests.Select(row => row.WrappedParameters).ToList().Select(wrapped => wrapped.Length));
        Assert.That(sizes, Has.Count.EqualTo(2).And.All.EqualTo(sizes[0]));
    }

    [Test]
    public async Task Who_does_not_authenticate_makes_a_thousand_requests_in_ten_minutes_and_no_more()
    {
        await using var hub = await StartHubAsync();
        await hub.ExhaustAnonymousRowsAsync();
        var ofAnybody = await hub.Client.PostFormAsync(Path, CodeFlow.Request("spa"));
        var ofAClient = await hub.Client.PostFormAsync(Path, CodeFlow.Request("web", ("client_secret", "web-secret")));
        var tooLong = await new Browser(hub.Client).GetOnceAsync(CodeFlow.Address("web", ("login_hint", new string('x', 4000))));
        hub.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.That((ofAnybody.Status, ofAnybody.Header("Retry-After"), ofAClient.Status), Is.EqualTo((429, "600", 201)), ofAnybody.Body);
        Assert.That((tooLong.Status, tooLong.Location), Is.EqualTo((429, (string?)null)));
        Assert.That((await hub.Client.PostFormAsync(Path, CodeFlow.Request("spa"))).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task It_expires()
    {
        await using var hub = await StartHubAsync();
        var pushed = await hub.Client.PostFormAsync(Path, CodeFlow.Request("web", ("client_secret", "web-secret")));
        hub.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.That((await new Browser(hub.Client).GetOnceAsync(Address("web", pushed["request_uri"]))).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task One_that_was_opened_in_time_outlives_a_slow_login_and_no_more()
    {
        await using var hub = await StartHubAsync();
        var address = Address(
            "web", (await hub.Client.PostFormAsync(Path, CodeFlow.Request("web", ("client_secret", "web-secret"))))["request_uri"]);
        var other = Address(
            "web", (await hub.Client.PostFormAsync(Path, CodeFlow.Request("web", ("client_secret", "web-secret"))))["request_uri"]);
        var browser = new Browser(hub.Client);
        var login = await browser.GetAsync(address);
        await browser.GetAsync(other);
        hub.Time.Advance(TimeSpan.FromSeconds(630));
        var page = await browser.LogInAsync(login);

        Assert.That(page.Sent("code"), Is.Not.Null, page.Location);
        Assert.That((await browser.GetOnceAsync(address)).Status, Is.EqualTo(400), "used");
        Assert.That((await new Browser(hub.Client).GetAsync(other)).IsLogin(), Is.True);
        hub.Time.Advance(TimeSpan.FromSeconds(3_000));
        Assert.That(
            (await new Browser(hub.Client).GetOnceAsync(other)).Status, Is.EqualTo(400), "opened again later, which prolongs nothing");
    }

    [Test]
    public async Task Two_browsers_that_finish_one_pushed_request_get_one_code()
    {
        await using var hub = await StartHubAsync();
        var pushed = await hub.Client.PostFormAsync(Path, CodeFlow.Request("web", ("client_secret", "web-secret")));
        var browsers = new[] { new Browser(hub.Client), new Browser(hub.Client) };
        foreach (var browser in browsers)
            await browser.AuthorizeAsync("other");
        hub.Rendezvous(browsers.Length);
        var address = Address("web", pushed["request_uri"], ("redirect_uri", "https://web.test/cb"));
        var pages = await Task.WhenAll(browsers.Select(browser => browser.GetOnceAsync(address)));

        Assert.That(pages.Count(page => page.Sent("code") is not null), Is.EqualTo(1));
        Assert.That(pages.Count(page => page.Sent("error") == "invalid_request_uri"), Is.EqualTo(1));
    }

    [Test, Spec("RFC 9126", "6")]
    public async Task A_client_that_must_push_may_not_come_with_parameters()
    {
        var page = await new Browser(Client).GetOnceAsync(CodeFlow.Address("pushing"));
        Assert.That(page.Location, Does.StartWith("https://pushing.test/cb?error=invalid_request"));

        var pushed = await PushAsync("pushing");
        var browser = new Browser(Client);
        Assert.That(
            (await browser.LogInAsync(await browser.GetAsync(Address("pushing", pushed["request_uri"])))).Sent("code"), Is.Not.Null);
    }

    [TestCase("web", 401, "invalid_client", "client_secret", "wrong")]
    [TestCase("web", 400, "invalid_request", "request_uri", "urn:ietf:params:oauth:request_uri:x")]
    [TestCase("web", 400, "unsupported_response_type", "response_type", "token")]
    [TestCase("web", 400, "invalid_scope", "scope", "openid stock.read")]
    [TestCase("web", 400, "invalid_request", "code_challenge_method", "plain")]
    [TestCase("spa", 400, "invalid_request", "code_challenge", null)]
    [TestCase("orders", 400, "unauthorized_client", "scope", "openid")]
    public async Task What_is_wrong_is_said_at_once(string clientId, int status, string error, string field, string? value)
    {
        (string, string?)[] credentials =
            clientId == "spa" ? [] : [("client_secret", field == "client_secret" ? value : $"{clientId}-secret")];
        var answer = await Client.PostFormAsync(
            Path, CodeFlow.Request(clientId, [.. credentials, .. field == "client_secret" ? [] : new[] { (field, value) }]));

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((status, error)), answer.Body);
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task C8_What_is_pushed_does_not_stand_in_the_database_in_clear()
    {
        await PushAsync("web", ("state", "a-very-secret-state"));
        await using var context = Hub.NewContext();
        var rows = context.PushedRequests.Select(row => row.WrappedParameters).ToList();

        Assert.That(rows, Is.Not.Empty);
        Assert.That(
            rows.Select(System.Text.Encoding.Latin1.GetString), Has.None.Contains("a-very-secret-state").And.None.Contains("redirect_uri"));
    }

    private async Task<Answer> PushAsync(string clientId, params (string, string?)[] given)
    {
        var answer = await Client.PostFormAsync(Path, CodeFlow.Request(clientId, [("client_secret", $"{clientId}-secret"), .. given]));
        Assert.That(answer.Status, Is.EqualTo(201), answer.Body);
        return answer;
    }

    private static string Address(string clientId, string? requestUri, params (string Name, string Value)[] more) =>
        CodeFlow.AddressOf([("client_id", clientId), ("request_uri", requestUri!), .. more]);
}
