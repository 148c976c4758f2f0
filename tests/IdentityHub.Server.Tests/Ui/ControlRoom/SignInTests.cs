using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.ControlRoom;

/// <summary>
/// How a browser comes into the control room, and how it is out again. The clock of the suite moves on from test to test. ASSURANCE S1, S6.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public class SignInTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(15);

    [SetUp]
    public void MoveOn() => Hub.Time.Advance(TimeSpan.FromHours(1));

    [Test]
    public async Task A_user_logs_in_by_a_code_and_comes_back_to_the_page_that_they_wanted()
    {
        var browser = new Browser(Client);
        var first = await browser.GetOnceAsync("/admin/me");
        var request = QueryOf(first.Location!);
        var page = await browser.EnterAsync("root", "/admin/me?x=1");

        Assert.That(first.Location, Does.StartWith("/connect/authorize?"));
        Assert.That(
            (request["client_id"], request["response_type"], request["code_challenge_method"], request["max_age"],
                request["redirect_uri"]),
            Is.EqualTo(("identityhub-control-room", "code", "S256", "900", Installation.Issuer + "/admin/callback")));
        Assert.That((page.Path, page.Status, page.Text("h1")), Is.EqualTo(("/admin/me?x=1", 200, "Who am I?")), page.Answer.Body);
        var cookie = browser.CookieLines.Last(line => line.StartsWith(ControlRooms.Cookie, StringComparison.Ordinal));
        Assert.That(cookie.ToLowerInvariant(), Does.Contain("httponly").And.Contain("secure").And.Contain("samesite=lax"));
        Assert.That(page.Answer.Header("Content-Security-Policy"), Does.Contain("script-src 'self'").And.Not.Contain("unsafe"));
        Assert.That(await ClientIdsAsync("token.issued"), Does.Contain("identityhub-control-room"));
    }

    [Test]
    public async Task A_callback_counts_in_the_browser_that_began_and_once()
    {
        var (mine, other) = (new Browser(Client), new Browser(Client));
        var callback = await CallbackAsync(mine, "root");
        await other.EnterAsync("boss", "/admin/me");
        other.Cookies.Remove(ControlRooms.Cookie);

        var foreign = await other.GetOnceAsync(callback);
        var noState = await mine.GetOnceAsync(WithoutState(callback));
        var forged = await mine.GetOnceAsync(WithoutState(callback) + "&state=forged");
        var good = await mine.GetOnceAsync(callback);
        var again = await mine.GetOnceAsync(callback);

        Assert.That(
            new[] { foreign, noState, forged, again }.Select(page => (page.Status, page.Location)),
            Has.All.EqualTo((400, (string?)null)));
        Assert.That((good.Status, good.Location), Is.EqualTo((302, "/admin/me")));
        Assert.That(other.Cookies, Does.Not.ContainKey(ControlRooms.Cookie), "the victim is not signed in as the attacker");
    }

    [Test]
    public async Task A_code_of_another_session_of_the_browser_does_not_open_it()
    {
        var browser = new Browser(Client);
        var callback = await CallbackAsync(browser, "root");
        browser.Cookies.Remove(Pages.SessionCookie);
        await browser.LogInAsync(await browser.GetAsync("/login"), "boss", Administrations.Password);

        var refused = await browser.GetOnceAsync(callback);

        Assert.That((refused.Status, browser.Cookies.ContainsKey(ControlRooms.Cookie)), Is.EqualTo((400, false)));
    }

    [TestCase("/admin/callback?error=access_denied", 302)]
    [TestCase("/admin/callback?error=server_error", 400)]
    [TestCase("/admin/callback", 400)]
    [TestCase("/admin/callback?code=ihc_wrong", 400)]
    public async Task A_callback_without_a_good_code_opens_nothing(string address, int status)
    {
        var browser = new Browser(Client);
        var request = QueryOf((await browser.GetOnceAsync("/admin")).Location!);
        var query = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';

        var page = await browser.GetOnceAsync($"{address}{query}state={request["state"]}");

        Assert.That((page.Status, browser.Cookies.ContainsKey(ControlRooms.Cookie)), Is.EqualTo((status, false)), page.Answer.Body);
        Assert.That(page.Location, Is.EqualTo(status == 302 ? "/" : null));
    }

    [Test]
    public async Task After_the_idle_time_the_user_logs_in_again_and_a_page_that_refreshes_itself_does_not_count()
    {
        var browser = await Hub.EnterAsync("root");
        for (var i = 0; i < 3; i++)
        {
            Hub.Time.Advance(IdleTime - TimeSpan.FromMinutes(1));
            Assert.That((await browser.GetOnceAsync("/admin/me")).Status, Is.EqualTo(200), "each click begins the idle time anew");
        }

        Hub.Time.Advance(IdleTime - TimeSpan.FromMinutes(1));
        Assert.That((await browser.GetOnceAsync("/admin?refresh=1")).Status, Is.EqualTo(200));
        Hub.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.That((await browser.OpenAsync("/admin/me")).IsLogin(), Is.True, "the login is older than the idle time");
        browser.Cookies.Remove(ControlRooms.Cookie);
        Assert.That((await browser.OpenAsync("/admin/me")).IsLogin(), Is.True, "without the cookie as well");
    }

    [Test]
    public async Task A_part_of_a_page_that_needs_a_login_reloads_the_page()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/admin/me");
        request.Headers.Add("HX-Request", "true");
        var answer = await Client.AnswerAsync(request);

        Assert.That((answer.Status, answer.Header("HX-Refresh")), Is.EqualTo((204, "true")));
    }

    [Test]
    public async Task A_logout_a_block_and_the_end_of_the_session_end_it_at_once()
    {
        var (left, blocked) = (await Hub.EnterAsync("boss"), await Hub.EnterAsync("stranger"));
        var logout = await left.GetAsync("/logout");
        await left.SubmitAsync(logout, logout.FormWith("session"));
        var token = await Client.ClientTokenAsync();
        await Client.AdminAsync("PUT", $"/users/{Administrations.StrangerId}/block", token, "{}", "*");

        Assert.That((await left.OpenAsync("/admin/me")).IsLogin(), Is.True);
        Assert.That((await blocked.OpenAsync("/admin/me")).IsLogin(), Is.True);
        await Client.AdminAsync("DELETE", $"/users/{Administrations.StrangerId}/block", token, ifMatch: "*");
    }

    [Test]
    public async Task A_role_that_is_taken_away_counts_at_the_next_click_and_who_has_none_learns_who_they_are()
    {
        var token = await Client.ClientTokenAsync();
        var made = await Client.AdminAsync(
            "POST", "/users", token,
            $$"""{"user_name":"shortly","password":"{{Administrations.Password}}","organization":"south","roles":["reader"]}""");
        var roles = $"/users/{made["id"]}/roles";
        var role = (await Client.AdminAsync("GET", roles, token)).Json.GetProperty("items")[0].GetProperty("id").GetString();
        var browser = await Hub.EnterAsync("shortly");
        Assert.That((await browser.OpenAsync("/admin")).Status, Is.EqualTo(200));
        await Client.AdminAsync("DELETE", $"{roles}/{role}", token, ifMatch: "*");

        var page = await browser.OpenAsync("/admin");

        Assert.That(
            (page.Path, page.Status, page.Text(".failure h2"), page.Document.QuerySelectorAll("nav a").Length),
            Is.EqualTo(("/admin/me", 403, "You have no rights here", 0)));
        Assert.That(page.Text("dl"), Does.Contain("shortly"));
        Assert.That((await new Browser(Client).EnterAsync("nobody")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Who_has_a_second_factor_proves_it()
    {
        var made = await Client.AdminAsync(
            "POST", "/users", await Client.ClientTokenAsync(),
            $$"""{"user_name":"careful","password":"{{Administrations.Password}}","organization":"south","roles":["reader"]}""");
        var app = await Hub.SetUpAsync(Guid.Parse(made["id"]!));
        var browser = new Browser(Client);

        var asked = await browser.EnterAsync("careful");
        Assert.That((asked.Path.Split('?')[0], browser.Session()), Is.EqualTo(("/login/second", (string?)null)));
        var page = await browser.FollowedAsync(await browser.ProveAsync(asked, app.CodeAt(Hub.Time.GetUtcNow())));

        Assert.That((page.Path, page.Status), Is.EqualTo(("/admin", 200)), page.Answer.Body);
    }

    [Test]
    public async Task Where_it_is_required_who_has_none_sets_one_up()
    {
        await using var strict = await StartHubAsync(("IdentityHub:ControlRoom:RequireSecondFactor", "true"));

        var page = await new Browser(strict.Client).EnterAsync("root");

        Assert.That(page.Path, Does.StartWith("/login/enrol"));
    }

    [Test]
    public async Task While_it_is_off_there_is_nothing()
    {
        await using var off = await StartHubAsync(("IdentityHub:ControlRoom:Enabled", "false"));
        var browser = new Browser(off.Client);

        foreach (var path in new[] { "/admin", "/admin/me", "/admin/callback" })
            Assert.That((await browser.GetOnceAsync(path)).Status, Is.EqualTo(404), path);
        var client = await browser.GetOnceAsync("/connect/authorize?client_id=identityhub-control-room&response_type=code");
        Assert.That(client.Status, Is.EqualTo(400));
        Assert.That((await off.Client.AdminAsync("GET", "/roles", await off.Client.ClientTokenAsync())).Status, Is.EqualTo(200));
    }

    private async Task<string> CallbackAsync(Browser browser, string userName)
    {
        await browser.LogInAsync(await browser.GetAsync("/login"), userName, Administrations.Password);
        var page = await browser.GetOnceAsync((await browser.GetOnceAsync("/admin/me")).Location!);
        return page.Location![Installation.Issuer.Length..];
    }

    private static string WithoutState(string callback) => callback.Split('?')[0] + "?"
        + string.Join('&', callback.Split('?')[1].Split('&').Where(part => !part.StartsWith("state=", StringComparison.Ordinal)));

    private static Dictionary<string, string> QueryOf(string address) => address.Split('?')[1].Split('&')
        .Select(part => part.Split('='))
        .ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[1]));

    private async Task<IReadOnlyList<string?>> ClientIdsAsync(string type) => await Eventually.GetAsync(
        async () => (IReadOnlyList<string?>)await Hub.Database.Call("SELECT client_id FROM audit_events WHERE type = $1").With(type)
            .ListAsync(row => row.TextOrNull(), default),
        ids => ids.Contains("identityhub-control-room"));
}
