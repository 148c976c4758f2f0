using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants.AuthorizationCode;

[Spec("RFC 6749", "4.1.3")]
public class AuthorizationCodeGrantTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    [Test, Spec("RFC 6749", "4.1.2"), Spec("ASSURANCE", "R2")]
    public async Task P1_A_code_that_comes_twice_is_refused_and_the_tokens_of_its_first_use_die()
    {
        var code = await Client.CodeAsync("web", ("scope", "openid offline_access"));
        var tokens = await Client.RedeemAsync("web", code);
        Assert.That(await Client.IsActiveAsync("web", tokens["access_token"]), Is.True);

        var again = await Client.RedeemAsync("web", code);

        Assert.That((again.Status, again["error"], again["error_reason"]), Is.EqualTo((400, "invalid_grant", "code_used")));
        Assert.That(await Client.IsActiveAsync("web", tokens["access_token"]), Is.False);
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"])).Status, Is.EqualTo(401));
        Assert.That((await Client.RefreshAsync("web", tokens["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
    }

    [Test, Spec("ASSURANCE", "P7")]
    public async Task P7_A_code_presented_by_another_client_is_refused_and_its_owner_can_still_use_it()
    {
        foreach (var (owner, thief) in new[] { ("web", "other"), ("web", "spa"), ("spa", "app"), ("spa", "web") })
        {
            var code = await Client.CodeAsync(owner);
            var stolen = await Client.RedeemAsync(thief, code, ("redirect_uri", CodeFlow.RedirectUriOf(owner)));

            Assert.That((stolen.Status, stolen["error"]), Is.EqualTo((400, "invalid_grant")), $"{thief} with the code of {owner}");
            Assert.That((await Client.RedeemAsync(owner, code)).Status, Is.EqualTo(200), owner);
        }
    }

    [TestCase("https://web.test/cb?tenant=a", Description = "registered, and not the one")]
    [TestCase("https://web.test/cb/")]
    [TestCase("https://evil.test/cb")]
    [TestCase(null)]
    public async Task Another_redirect_URI_than_the_requests_is_refused(string? redirectUri)
    {
        var code = await Client.CodeAsync("web");
        var refused = await Client.RedeemAsync("web", code, ("redirect_uri", redirectUri));

        Assert.That(
            (refused.Status, refused["error"], refused["error_reason"]), Is.EqualTo((400, "invalid_grant", "redirect_uri_mismatch")));
        Assert.That((await Client.RedeemAsync("web", code)).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "P4")]
    public async Task P4_A_code_lives_no_longer_than_its_client_says_and_sixty_seconds_at_most()
    {
        foreach (var (clientId, seconds) in new[] { ("web", 60), ("elliptic", 10) })
        {
            await using var hub = await StartHubAsync();
            var (good, late) = (await hub.Client.CodeAsync(clientId), await hub.Client.CodeAsync(clientId));
            hub.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.That((await hub.Client.RedeemAsync(clientId, good)).Status, Is.EqualTo(200), clientId);
            hub.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.That((await hub.Client.RedeemAsync(clientId, late))["error_reason"], Is.EqualTo("code_expired"), clientId);
        }
    }

    [Test, Spec("ASSURANCE", "C7")]
    public async Task C7_A_code_with_a_character_more_or_less_or_another_one_is_refused_and_burns_nothing()
    {
        var code = await Client.CodeAsync("web");
        foreach (var wrong in new[]
            {
                code[..^1], code + "A", "A" + code, code[1..], code[..^1] + (code[^1] == 'A' ? 'B' : 'A'), "ihr_" + code[4..],
                code.ToUpperInvariant(), "", "null", "' OR 1=1 --",
            })
            Assert.That((await Client.RedeemAsync("web", wrong)).Status, Is.EqualTo(400), wrong);
        Assert.That((await Client.RedeemAsync("web", code)).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "R8"), Spec("ASSURANCE", "C4")]
    public async Task R8_C4_Every_token_is_refused_everywhere_but_at_the_one_place_that_it_is_for()
    {
        var browser = new Browser(Client);
        var page = await browser.AuthorizeAsync("web", ("scope", "openid offline_access"));
        var code = page.Sent("code")!;
        var session = browser.Cookies["__Host-hub"];
        var pushed = (await Client.PostFormAsync("/connect/par", CodeFlow.Request("web", ("client_secret", "web-secret"))))["request_uri"]!;
        var reference = pushed["urn:ietf:params:oauth:request_uri:".Length..];

        // Before they are used where they belong, so that none is refused for having been used.
        await AssertRefusedAsync(("code", code), ("session cookie", session), ("request_uri", reference));
        var tokens = await Client.RedeemAsync("web", code);
        Assert.That(tokens.Status, Is.EqualTo(200));
        await AssertRefusedAsync(("id_token", tokens["id_token"]!), ("session cookie", session));
        foreach (var (kind, value) in new[]
            {
                ("access token", tokens["access_token"]!), ("id_token", tokens["id_token"]!), ("session cookie", session),
            })
        {
            Assert.That((await Client.RefreshAsync("web", value))["error"], Is.EqualTo("invalid_grant"), $"{kind} as refresh token");
            Assert.That((await Client.RedeemAsync("web", value))["error"], Is.EqualTo("invalid_grant"), $"{kind} as code");
        }

        Assert.That(
            (await Client.RedeemAsync("web", tokens["refresh_token"]))["error"], Is.EqualTo("invalid_grant"), "refresh token as code");
        Assert.That(
            (await Client.GetAnswerAsync("/connect/userinfo", tokens["refresh_token"])).Status, Is.EqualTo(401),
            "refresh token at userinfo");
        foreach (var value in new[] { code, tokens["access_token"]!, tokens["refresh_token"]!, tokens["id_token"]!, reference })
        {
            var stranger = new Browser(Client) { Cookies = { ["__Host-hub"] = value } };
            Assert.That((await stranger.GetAsync(CodeFlow.Address("web"))).IsLogin(), Is.True, "nothing else is a session cookie");
        }

        var hinted = await browser.GetOnceAsync(CodeFlow.Address("web", ("prompt", "none"), ("id_token_hint", tokens["access_token"])));
        Assert.That(hinted.Sent("error"), Is.EqualTo("invalid_request"), "an access token is no hint");
        Assert.That((await Client.RefreshAsync("web", tokens["refresh_token"])).Status, Is.EqualTo(200), "nothing of this has used it up");
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task C8_Neither_code_nor_cookie_nor_nonce_reaches_a_log_or_stands_in_the_database_in_clear()
    {
        await using var hub = await StartHubAsync();
        var browser = new Browser(hub.Client);
        var page = await browser.AuthorizeAsync("web");
        var code = page.Sent("code")!;
        await hub.Client.RedeemAsync("web", code);

        await using var context = hub.NewContext();
        var logged = hub.Logs.ToString();
        Assert.That(
            logged, Does.Not.Contain(code).And.Not.Contain(browser.Cookies["__Host-hub"]).And.Not.Contain(TokenRequests.AlicePassword));
        Assert.That(context.AuthorizationCodes.Select(row => row.CodeHash).ToList(), Has.All.Length.EqualTo(32));
        Assert.That(context.Sessions.Select(row => row.HandleHash).ToList(), Has.All.Length.EqualTo(32));
        Assert.That(context.AuditEvents.Select(row => row.Detail ?? "").ToList(), Has.None.Contains(code));
    }

    private async Task AssertRefusedAsync(params (string Kind, string Value)[] values)
    {
        foreach (var (kind, value) in values)
        {
            Assert.That((await Client.GetAnswerAsync("/connect/userinfo", value)).Status, Is.EqualTo(401), $"{kind} at userinfo");
            Assert.That((await Client.IntrospectAsync("web", value)).Body, Is.EqualTo("""{"active":false}"""), $"{kind} at introspection");
            Assert.That((await Client.RefreshAsync("web", value))["error"], Is.EqualTo("invalid_grant"), $"{kind} as refresh token");
            Assert.That((await Client.RevokeAsync("web", value)).Status, Is.EqualTo(200), $"{kind} at revocation does nothing");
            if (kind != "code")
                Assert.That((await Client.RedeemAsync("web", value))["error"], Is.EqualTo("invalid_grant"), $"{kind} as code");
        }
    }
}
