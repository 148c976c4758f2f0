using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.UserInfo;

/// <summary>An API asks for a login with more factors, or a newer one, than its token comes from.</summary>
[Parallelizable(ParallelScope.Self)]
[Spec("RFC 9470", "3")]
public class AskedAuthenticationTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config =
        """
        scopes: [{ name: pay, display_name: Pay }, { name: look, display_name: Look }]
        api_resources:
          - { name: bank, scopes: [pay], required_acr: "urn:identityhub:acr:2", required_max_age: 15m }
          - { name: news, scopes: [look], required_max_age: 1h }
        clients:
          - { client_id: web, grant_types: [authorization_code, refresh_token], client_secrets: [{ value: "plain:web-secret" }], redirect_uris: ["https://web.test/cb"], scope: openid offline_access pay look }
          - { client_id: other, grant_types: [authorization_code], client_secrets: [{ value: "plain:other-secret" }], redirect_uris: ["https://other.test/cb"], scope: openid pay look, access_token_format: reference }

        """;

    [TestCase("web")]
    [TestCase("other")]
    public async Task A_token_of_a_login_with_one_factor_is_answered_with_what_to_ask_for_and_then_is_good(string client)
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var scope = ("scope", "openid pay");
        var app = await Hub.SetUpAsync(user.Id);
        var tokens = await Client.RedeemAsync(client, (await browser.GetAsync(CodeFlow.Address(client, scope))).Sent("code"));

        var refused = await Client.UserInfoAsync(tokens["access_token"]);

        Assert.That((refused.Status, refused["error"]), Is.EqualTo((401, "insufficient_user_authentication")), refused.ToString());
        Assert.That(
            refused.Header("WWW-Authenticate"),
            Does.StartWith("Bearer ").And.Contain("error=\"insufficient_user_authentication\"")
                .And.EndsWith("acr_values=\"urn:identityhub:acr:2\", max_age=\"900\""));

        var login = await browser.GetAsync(CodeFlow.Address(client, scope, ("acr_values", "urn:identityhub:acr:2"), ("max_age", "900")));
        var second = await browser.LogInAsync(login, user.UserName!, HubUsers.Password);
        var page = await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()));
        tokens = await Client.RedeemAsync(client, page.Sent("code"));
        Assert.That((await Client.UserInfoAsync(tokens["access_token"])).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_login_that_is_older_than_an_API_accepts_is_told_so_and_a_refresh_makes_it_no_newer()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        var address = CodeFlow.Address("web", ("scope", "openid offline_access look"));
        var tokens = await hub.Client.RedeemAsync("web", (await browser.GetAsync(address)).Sent("code"));
        hub.Time.Advance(TimeSpan.FromMinutes(59));
        var early = await hub.Client.UserInfoAsync(tokens["access_token"]);
        hub.Time.Advance(TimeSpan.FromMinutes(2));
        var refreshed = await hub.Client.RefreshAsync("web", tokens["refresh_token"]);

        var late = await hub.Client.UserInfoAsync(refreshed["access_token"]);

        Assert.That((early.Status, late.Status), Is.EqualTo((200, 401)));
        Assert.That(late.Header("WWW-Authenticate"), Does.EndWith("max_age=\"3600\"").And.Not.Contain("acr_values"));
    }

    [Test]
    public async Task A_token_for_no_API_is_asked_for_nothing()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var tokens = await Client.RedeemAsync("web", (await browser.GetAsync(CodeFlow.Address("web"))).Sent("code"));

        Assert.That((await Client.UserInfoAsync(tokens["access_token"])).Status, Is.EqualTo(200));
    }
}
