using AngleSharp.Dom;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>
/// An issuer with a path: everything is below it, whether the proxy keeps the path in the requests that it passes on or takes it away.
/// </summary>
[Spec("RFC 8414", "3.1")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public sealed class PublicPathTests(DatabaseKind kind)
{
    private const string Path = "/auth";
    private const string Issuer = "https://host.test/auth";
    private const string Config =
        CodeFlow.Config + "\ndialects:\n  otp: { enabled: true }\n  oauth-v2: { enabled: true }\n  lsid: { enabled: true }\n";

    private static readonly string[] Paths =
    [
        "/", "/login", "/login/code", "/login/passkey", "/signup", "/logout", "/device", "/account", "/account/password",
        "/account/sessions",
        "/account/applications", "/account/passkeys", "/consent", "/nowhere", "/dev/outbox",
    ];

    private Hub _hub = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _hub = await Hub.StartAsync(Config, kind, null, ("IdentityHub:Issuer", Issuer), ("IdentityHub:Registration:Enabled", "true"));

    [OneTimeTearDown]
    public async Task StopAsync() => await _hub.DisposeAsync();

    [Test]
    public async Task The_code_flow_works_from_the_first_redirect_to_the_logout([Values] bool isKept)
    {
        using var client = ClientOf(isKept);
        var browser = new Browser(client);
        var user = await _hub.AddUserAsync();
        var login = await browser.GetAsync(Path + CodeFlow.Address("curious", ("scope", "openid offline_access")));
        Assert.That(login.Path, Does.StartWith("/auth/login?ticket="));

        var refused = await browser.LogInAsync(login, user.UserName!, "wrong-password");
        Assert.That(refused.Failure(), Is.Not.Null);
        var consent = await browser.LogInAsync(refused, user.UserName!, HubUsers.Password);
        Assert.That(consent.Path, Does.StartWith("/auth/consent?ticket="));
        var back = await browser.SubmitAsync(consent, consent.FormWith("decision"), ("decision", "allow"));
        Assert.That(back.Location, Does.StartWith("https://curious.test/cb?code="));
        Assert.That(back.Sent("iss"), Is.EqualTo(Issuer));

        var tokens = await client.AnswerAsync(
            new HttpRequestMessage(HttpMethod.Post, Path + "/connect/token").WithForm([
                ("grant_type", "authorization_code"),
                ("code", back.Sent("code")!),
                ("redirect_uri", "https://curious.test/cb"),
                ("client_id", "curious"),
                ("client_secret", "curious-secret"),
                ("code_verifier", CodeFlow.Verifier)
            ]));
        Assert.That(tokens.Status, Is.EqualTo(200), tokens.Body);
        var info = new HttpRequestMessage(HttpMethod.Get, Path + "/connect/userinfo");
        info.Headers.Authorization = new("Bearer", tokens["access_token"]);
        Assert.That((await client.AnswerAsync(info))["sub"], Is.EqualTo(user.Id.ToString()));

        var asked = await browser.GetAsync(Path + "/connect/endsession");
        Assert.That(asked.Path, Does.StartWith("/auth/logout?ticket="));
        var done = await browser.SubmitAsync(asked, asked.FormWith("session"));
        Assert.That((done.Status, browser.Cookies.ContainsKey("__Secure-hub")), Is.EqualTo((200, false)));
        Assert.That((await browser.GetAsync(Path + "/account")).Path, Does.StartWith("/auth/login?ticket="));
    }

    [Test, Spec("ASSURANCE", "S5")]
    public async Task S5_Cookies_go_to_the_path_of_the_issuer_only([Values] bool isKept)
    {
        using var client = ClientOf(isKept);
        var browser = await SignInAsync(client);
        await browser.GetAsync(Path + CodeFlow.Address("web", ("prompt", "login")));
        var code = await browser.GetAsync(Path + "/login/code");
        await browser.SubmitAsync(code, code.FormWith("email"), ("email", $"{Guid.NewGuid():N}@example.com"));

        Assert.That(
            browser.Cookies.Keys,
            Is.EquivalentTo([
                "__Secure-hub", "__Secure-hub-forms", "__Secure-hub-interaction", "__Secure-hub-code", "__Secure-hub-known",
            ]));
        foreach (var line in browser.CookieLines.Select(line => line.ToLowerInvariant()))
            Assert.That(line.Split("; "), Does.Contain("path=/auth").And.Contain("secure").And.Contain("httponly"));
    }

    [Test]
    public async Task Every_link_form_and_asset_of_every_page_is_below_the_path_and_is_there([Values] bool isKept, [Values] bool isSignedIn)
    {
        using var client = ClientOf(isKept);
        var browser = isSignedIn ? await SignInAsync(client) : new Browser(client);
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Paths)
        {
            var page = await browser.GetAsync(Path + path);
            Assert.That(page.Document.QuerySelectorAll("link[rel=stylesheet]"), Is.Not.Empty, path);
            foreach (var address in page.Document.All.SelectMany(AddressesOf))
            {
                Assert.That(address, Does.StartWith("/auth/").Or.StartWith(Issuer + "/"), path);
                addresses.Add(address.Replace(Issuer, Path, StringComparison.Ordinal));
            }
        }

        foreach (var address in addresses.Where(address =>
                address != Path + "/dev/outbox" && !address.Contains("handler=", StringComparison.Ordinal)))
            Assert.That((await new Browser(client).GetAsync(address)).Status, Is.AnyOf(200, 400), address);
    }

    [TestCase("/auth/.well-known/openid-configuration", true)]
    [TestCase("/auth/.well-known/oauth-authorization-server", true)]
    [TestCase("/.well-known/oauth-authorization-server/auth", true)]
    [TestCase("/.well-known/openid-configuration/auth", true)]
    [TestCase("/.well-known/openid-configuration", true)]
    [TestCase("/.well-known/oauth-authorization-server/other", false)]
    public async Task The_discovery_document_is_where_clients_look_for_it(string path, bool isThere)
    {
        var answer = await _hub.Client.GetAnswerAsync(path);
        Assert.That(answer.Status, Is.EqualTo(isThere ? 200 : 404));
        if (!isThere)
            return;

        Assert.That(answer["issuer"], Is.EqualTo(Issuer));
        foreach (var member in answer
                .Json.EnumerateObject()
                .Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri"))
            Assert.That(member.Value.GetString(), Does.StartWith(Issuer + "/"), member.Name);
    }

    [Test]
    public async Task Dialects_answer_below_the_path_and_take_secrets_out_of_it([Values] bool isKept)
    {
        using var client = ClientOf(isKept);
        var token = await client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, Path + "/oauth/v2/token")
        {
            Content = new StringContent("""{"grant_type":"client_credentials","client_id":"machine","client_secret":"machine-secret"}"""),
        });
        const string lsid = "ihs_0123456789012345678901234567890123456789012345678";
        var refused = await client.GetAnswerAsync($"{Path}/session/user/x;lsid={lsid}");
        var unknown = await client.GetAnswerAsync($"{Path}/session/{lsid}");

        Assert.That(
            (token.Status, token["error"]), Is.EqualTo((400, "unauthorized_client")),
            "read, and refused because this client may not use the dialect");
        Assert.That((refused.Status, unknown.Status), Is.EqualTo((405, 404)), $"{refused} {unknown}");
        Assert.That(refused.Json.GetProperty("code").GetInt32(), Is.EqualTo(refused.Status), "the dialect's own shape");
        Assert.That(_hub.Logs.ToString(), Does.Not.Contain(lsid));
    }

    [Test]
    public async Task A_device_is_sent_to_the_page_and_the_documentation_names_the_server()
    {
        var document = await _hub.Client.GetAnswerAsync("/auth/docs/openapi.json");
        var docs = await new Browser(_hub.Client).GetAsync("/auth/docs");

        Assert.That(document.Json.GetProperty("servers")[0].GetProperty("url").GetString(), Is.EqualTo(Issuer));
        Assert.That(docs.Status, Is.EqualTo(200));
        Assert.That(docs.Document.QuerySelectorAll("a").Select(link => link.GetAttribute("href")), Is.All.StartsWith("/auth/"));
    }

    [TestCase("/auth%2Flogin", 404)]
    [TestCase("/%61uth/login", 404)]
    [TestCase("/AUTH/login", 404)]
    [TestCase("/authx/login", 404)]
    [TestCase("/auth/auth/login", 404)]
    [TestCase("/auth", 200)]
    [TestCase("/auth/", 200)]
    [TestCase("/auth/health/ready", 200)]
    [TestCase("/health/ready", 200)]
    public async Task Only_the_path_as_it_is_written_is_taken_away_and_only_once(string path, int status)
    {
        var request = $"GET {path} HTTP/1.1\r\nHost: host.test\r\nX-Forwarded-Prefix: /evil\r\nConnection: close\r\n\r\n";

        Assert.That(await RawHttp.StatusAsync(_hub, System.Text.Encoding.ASCII.GetBytes(request)), Is.EqualTo(status));
    }

    [TestCase("https://host.test/auth", true)]
    [TestCase("https://host.test/a-1/b.2/c_3~", true)]
    [TestCase("https://host.test/auth/", false)]
    [TestCase("https://host.test//auth", false)]
    [TestCase("https://host.test/a//b", false)]
    [TestCase("https://host.test/a b", false)]
    [TestCase("https://host.test/%61uth", false)]
    [TestCase("https://host.test/a/../b", false)]
    [TestCase("https://host.test/a;b", false)]
    [TestCase("https://host.test/å", false)]
    public void A_path_that_can_be_written_in_two_ways_is_a_fault_of_the_settings(string issuer, bool isRight)
    {
        var settings = new HubSettings { Stage = "development", Issuer = issuer };
        var failures = new HubSettingsValidator().Validate(null, settings).Failures ?? [];

        Assert.That(
            failures.Where(failure => failure.Contains("IdentityHub:Issuer", StringComparison.Ordinal)),
            Has.Exactly(isRight ? 0 : 1).Items);
    }

    [Test]
    public async Task A_path_that_is_also_an_endpoint_is_warned_about()
    {
        await using var hub = await Hub.StartAsync(Config, kind, null, ("IdentityHub:Issuer", "https://host.test/oauth"));

        // Written once the server has started, which the test does not wait for.
        const string warning = "has the path /oauth, and /oauth/v2/token is an endpoint";
        Assert.That(
            await Eventually.GetAsync(() => Task.FromResult(hub.Logs.ToString()), logs => logs.Contains(warning, StringComparison.Ordinal)),
            Does.Contain(warning));
        Assert.That(_hub.Logs.Records, Has.None.Contains("has the path /auth, and"));
        Assert.That(
            (await hub.Client.GetAnswerAsync("/oauth/.well-known/openid-configuration"))["issuer"],
            Is.EqualTo("https://host.test/oauth")
        );
    }

    private static IEnumerable<string> AddressesOf(IElement element) =>
        new[] { "href", "src", "action", "formaction" }
            .Select(element.GetAttribute)
            .OfType<string>()
            .Where(address => !address.StartsWith('#'));

    private async Task<Browser> SignInAsync(HttpClient client)
    {
        var browser = new Browser(client);
        var page = await browser.LogInAsync(
            await browser.GetAsync(Path + "/login"), (await _hub.AddUserAsync()).UserName!, HubUsers.Password);
        Assert.That(page.Path, Is.EqualTo("/auth/account"));
        return browser;
    }

    [Test]
    [Spec("WebAuthn Level 3", "5.1.2")]
    public async Task A_passkey_belongs_to_the_host_of_the_issuer_and_the_address_of_its_page_is_found([Values] bool isKept)
    {
        using var client = ClientOf(isKept);
        var browser = new Browser(client);
        await browser.LogInAsync(await browser.GetAsync("/auth/login"), (await _hub.AddUserAsync()).UserName!, HubUsers.Password);
        using var passkey = new SoftwareAuthenticator { Origin = "https://host.test" };
        var page = await browser.GetAsync(Path + PasskeyPages.Account);
        var options = await browser.OptionsAsync(
            page.Document.QuerySelector("[data-options]")!.GetAttribute("data-options")!.Split('?')[0]);
        var added = await browser.SubmitAsync(
            page, Path + PasskeyPages.Account, ("credential", passkey.Create(options)), ("name", "x"));
        Assert.That(added.Text(".notice"), Does.StartWith("The passkey is added."), added.Failure());

        var other = new Browser(client);
        var login = await other.GetAsync("/auth/login");
        var signIn = await other.OptionsAsync(
            login.Document.QuerySelector("[data-options]")!.GetAttribute("data-options")!.Split('?')[0]);
        var done = await other.SubmitAsync(login, Path + PasskeyPages.Login, ("credential", passkey.Get(signIn)));
        var endpoints = await client.GetAnswerAsync("/auth/.well-known/passkey-endpoints");

        Assert.That((signIn.GetProperty("rpId").GetString(), done.Path), Is.EqualTo(("host.test", "/auth/account")));
        Assert.That(
            (endpoints.Header("Content-Type"), endpoints["enroll"], endpoints["manage"]),
            Is.EqualTo(("application/json", Issuer + PasskeyPages.Account, Issuer + PasskeyPages.Account)));
    }

    private HttpClient ClientOf(bool isKept) => new(new Proxy(isKept)) { BaseAddress = _hub.Client.BaseAddress };

    // What stands in front of the server, and serves other things outside the path.
    private sealed class Proxy(bool keepsPath) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!;
            if (!uri.AbsolutePath.StartsWith(Path + "/", StringComparison.Ordinal))
                return Task.FromResult(
                    new HttpResponseMessage(System.Net.HttpStatusCode.BadGateway)
                    {
                        Content = new StringContent("something else of this host"),
                    });
            if (!keepsPath)
                request.RequestUri = new Uri(uri.GetLeftPart(UriPartial.Authority) + uri.PathAndQuery[Path.Length..]);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
