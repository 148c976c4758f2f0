using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Authorize;

/// <summary>Outside Development: there every single-page application is served from a loopback address.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Spec("RFC 8252", "8.6")]
public class ImpersonableClientTests(DatabaseKind kind)
{
    private const string Config =
        """
        clients:
          - { client_id: app, token_endpoint_auth_method: none, grant_types: [authorization_code], redirect_uris: ["com.example.app:/cb", "http://127.0.0.1/cb", "https://app.test/cb"], scope: openid profile }
          - { client_id: careful, token_endpoint_auth_method: none, grant_types: [authorization_code], redirect_uris: ["com.example.careful:/cb"], require_consent: true, scope: openid profile }
          - { client_id: service, token_endpoint_auth_method: private_key_jwt, grant_types: [authorization_code], redirect_uris: ["http://127.0.0.1/cb"], scope: openid,
              jwks: { keys: [{ kty: EC, crv: P-256, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM }] } }
        """;

    private Installation _installation = null!;
    private Hub _hub = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // The node in Development applies the configuration.
        _installation = await Installation.CreateAsync(Config, kind);
        await _installation.StartNodeAsync();
        _hub = await _installation.StartNodeAsync(
            settings: [("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000")]);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _installation.DisposeAsync();

    [TestCase("com.example.app:/cb", false)]
    [TestCase("http://127.0.0.1/cb", false)]
    [TestCase("http://127.0.0.1:49152/cb", false)]
    [TestCase("https://app.test/cb", true)]
    public async Task What_any_app_can_receive_is_not_given_unseen(string redirectUri, bool isGivenUnseen)
    {
        var (browser, _) = await _hub.SignInAsync(await _hub.AddUserAsync());
        var silent = await browser.GetAsync(CodeFlow.Address("app", ("redirect_uri", redirectUri), ("prompt", "none")));
        var page = await browser.GetAsync(CodeFlow.Address("app", ("redirect_uri", redirectUri)));

        Assert.That(
            (silent.Sent("error"), silent.Sent("code") is not null),
            Is.EqualTo((isGivenUnseen ? null : "consent_required", isGivenUnseen)));
        Assert.That(page.Path.StartsWith("/consent", StringComparison.Ordinal), Is.EqualTo(!isGivenUnseen));
        if (isGivenUnseen)
            return;
        Assert.That((await browser.SubmitAsync(page, "/consent", ("decision", "allow"))).Sent("code"), Is.Not.Null);
        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("app", ("redirect_uri", redirectUri)))).Path, Does.StartWith("/consent"),
            "each time, remembered or not");
    }

    [TestCase("app", false)]
    [TestCase("careful", true)]
    public async Task Who_logs_in_for_it_has_seen_it(string clientId, bool isAskedAllTheSame)
    {
        var user = await _hub.AddUserAsync();
        var browser = new Browser(_hub.Client);
        var redirectUri = $"com.example.{clientId}:/cb";
        var page = await browser.LogInAsync(
            await browser.GetAsync(CodeFlow.Address(clientId, ("redirect_uri", redirectUri))), user.UserName!, HubUsers.Password);

        Assert.That(page.Path.StartsWith("/consent", StringComparison.Ordinal), Is.EqualTo(isAskedAllTheSame), page.Location);
    }

    [Test]
    public async Task A_client_that_proves_who_it_is_may_receive_anywhere()
    {
        var (browser, _) = await _hub.SignInAsync(await _hub.AddUserAsync());

        Assert.That(
            (await browser.GetAsync(CodeFlow.Address("service", ("redirect_uri", "http://127.0.0.1/cb"), ("prompt", "none")))).Sent("code"),
            Is.Not.Null);
    }
}
