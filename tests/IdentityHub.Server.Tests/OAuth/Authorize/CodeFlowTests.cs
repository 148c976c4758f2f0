using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Authorize;

[Spec("OpenID Connect Core", "3.1")]
public class CodeFlowTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    [Test, Spec("RFC 6749", "4.1.2"), Spec("RFC 9207", "2")]
    public async Task P1_A_login_ends_at_the_client_with_a_code_its_state_and_the_issuer()
    {
        var page = await new Browser(Client).AuthorizeAsync("web", ("state", "a b&c=ä"));

        Assert.Multiple(() =>
        {
            Assert.That(page.Location, Does.StartWith("https://web.test/cb?code=ihc_"));
            Assert.That((page.Sent("state"), page.Sent("iss")), Is.EqualTo(("a b&c=ä", Installation.Issuer)));
            Assert.That(page.Sent("code"), Has.Length.EqualTo(53), "256 bits");
            Assert.That(page.Answer.Header("Cache-Control"), Is.EqualTo("no-store"));
        });
    }

    [Test, Spec("OpenID Connect Core", "3.1.3.3"), Spec("ASSURANCE", "P6")]
    public async Task P1_The_code_is_exchanged_for_tokens_that_nobody_may_keep()
    {
        var tokens = await Client.TokensAsync("web", ("scope", "openid profile offline_access"));

        Assert.Multiple(() =>
        {
            Assert.That(tokens.Status, Is.EqualTo(200), tokens.Body);
            Assert.That(
                (tokens["token_type"], tokens["expires_in"], tokens["scope"]),
                Is.EqualTo(("Bearer", "3600", "openid profile offline_access")));
            Assert.That(tokens["refresh_token"], Does.StartWith("ihr_"));
            Assert.That((tokens.Header("Cache-Control"), tokens.Header("Pragma")), Is.EqualTo(("no-store", "no-cache")));
        });
    }

    [Test, Spec("OpenID Connect Core", "2"), Spec("OpenID Connect Core", "3.1.3.6")]
    public async Task P1_The_id_token_is_RS256_and_says_who_logged_in_when_and_how()
    {
        var before = Hub.Time.GetUtcNow().ToUnixTimeSeconds();
        var tokens = await Client.TokensAsync("web", ("scope", "openid profile email"), ("nonce", "n-0S6_WzA2Mj"));
        var idToken = await RelyingParty.ReadIdTokenAsync(Hub, tokens["id_token"], "web");
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(tokens["access_token"]!));

        Assert.Multiple(() =>
        {
            Assert.That((idToken.Alg, idToken.Kid), Is.EqualTo(("RS256", idToken.Kid)).And.Not.EqualTo(("RS256", "")));
            Assert.That((idToken.Issuer, idToken.Subject), Is.EqualTo((Installation.Issuer, Parts.AliceId)));
            Assert.That(idToken.Audiences, Is.EqualTo(["web"]));
            Assert.That(idToken.GetClaim("nonce").Value, Is.EqualTo("n-0S6_WzA2Mj"));
            Assert.That(long.Parse(idToken.GetClaim("auth_time").Value, null), Is.EqualTo(before));
            Assert.That(idToken.GetClaim("at_hash").Value, Is.EqualTo(Base64Url.EncodeToString(hash.AsSpan(0, 16))));
            Assert.That((idToken.GetClaim("amr").Value, idToken.GetClaim("acr").Value), Is.EqualTo(("pwd", "urn:identityhub:acr:1")));
            Assert.That(Guid.TryParse(idToken.GetClaim("sid").Value, out _), Is.True);
            Assert.That((idToken.ValidTo - idToken.IssuedAt).TotalMinutes, Is.EqualTo(5));
            Assert.That(
                idToken.Claims.Select(claim => claim.Type), Has.None.EqualTo("email").And.None.EqualTo("name"),
                "scope claims are for userinfo where there is an access token");
        });
    }

    [Test]
    public async Task P1_A_request_without_a_nonce_works_and_gets_none()
    {
        var tokens = await Client.TokensAsync("web", ("nonce", null), ("state", null));

        var idToken = await RelyingParty.ReadIdTokenAsync(Hub, tokens["id_token"], "web");
        Assert.That(idToken.TryGetClaim("nonce", out _), Is.False);
    }

    [Test]
    public async Task A_client_may_have_its_id_token_in_ES256_and_its_access_token_by_reference()
    {
        var tokens = await Client.TokensAsync("elliptic");

        await RelyingParty.ReadIdTokenAsync(Hub, tokens["id_token"], "elliptic", "ES256");
        Assert.That(tokens["access_token"], Does.StartWith("iha_"));
    }

    [Test]
    public async Task Without_openid_there_is_no_id_token()
    {
        var tokens = await Client.TokensAsync("web", ("scope", "orders.read"));

        Assert.That((tokens.Status, tokens["id_token"], tokens["scope"]), Is.EqualTo((200, (string?)null, "orders.read")));
        Assert.That((await ResourceServer.CheckAsync(Hub, tokens["access_token"], "orders")).IsValid, Is.True);
    }

    [Test, Spec("OpenID Connect Core", "11")]
    public async Task A_refresh_token_comes_only_with_offline_access()
    {
        Assert.That((await Client.TokensAsync("web"))["refresh_token"], Is.Null);
        Assert.That((await Client.TokensAsync("app"))["refresh_token"], Is.Null, "the client may not refresh");
    }

    [Test, Spec("OpenID Connect Core", "12.2")]
    public async Task P1_A_refresh_gives_an_id_token_of_the_same_login()
    {
        var tokens = await Client.TokensAsync("web", ("scope", "openid offline_access"));
        var refreshed = await Client.RefreshAsync("web", tokens["refresh_token"]);
        var (first, second) = (
            await RelyingParty.ReadIdTokenAsync(Hub, tokens["id_token"], "web"),
            await RelyingParty.ReadIdTokenAsync(Hub, refreshed["id_token"], "web"));

        Assert.Multiple(() =>
        {
            foreach (var claim in new[] { "iss", "sub", "aud", "auth_time", "sid", "acr" })
                Assert.That(second.GetClaim(claim).Value, Is.EqualTo(first.GetClaim(claim).Value), claim);
            Assert.That(second.TryGetClaim("nonce", out _), Is.False);
        });
    }

    [Test]
    public async Task A_second_client_gets_its_code_without_a_second_login_and_with_the_same_auth_time()
    {
        var browser = new Browser(Client);
        var first = await browser.AuthorizeAsync("web");
        var second = await browser.GetOnceAsync(CodeFlow.Address("other"));
        var tokens = (await Client.RedeemAsync("web", first.Sent("code")), await Client.RedeemAsync("other", second.Sent("code")));
        var (one, two) = (
            await RelyingParty.ReadIdTokenAsync(Hub, tokens.Item1["id_token"], "web"),
            await RelyingParty.ReadIdTokenAsync(Hub, tokens.Item2["id_token"], "other"));

        Assert.That(second.Location, Does.StartWith("https://other.test/cb?code="));
        Assert.That(
            (two.Subject, two.GetClaim("auth_time").Value, two.GetClaim("sid").Value),
            Is.EqualTo((one.Subject, one.GetClaim("auth_time").Value, one.GetClaim("sid").Value)));
    }

    [Test, Spec("OpenID Connect Core", "5.4")]
    public async Task P1_Userinfo_gives_the_claims_of_the_scopes()
    {
        var tokens = await Client.TokensAsync("web", ("scope", "openid profile email phone"));
        var claims = await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]);

        Assert.Multiple(() =>
        {
            Assert.That(
                (claims["sub"], claims["name"], claims["given_name"], claims["family_name"]),
                Is.EqualTo((Parts.AliceId, "Alice Archer", "Alice", "Archer")));
            Assert.That(
                (claims["email"], claims["phone_number"], claims["preferred_username"]),
                Is.EqualTo(("alice@example.com", "+27761234567", "alice")));
        });
    }

    [Test, Spec("OpenID Connect Core", "5.5")]
    public async Task P1_Claims_that_are_asked_for_by_name_come_where_they_are_asked_for()
    {
        const string asked =
            """{"id_token":{"email":{"essential":true},"auth_time":null},"userinfo":{"phone_number":null,"given_name":null,"password_hash":null}}""";
        var tokens = await Client.TokensAsync("web", ("scope", "openid"), ("claims", asked));
        var idToken = await RelyingParty.ReadIdTokenAsync(Hub, tokens["id_token"], "web");
        var claims = await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]);

        Assert.Multiple(() =>
        {
            Assert.That(idToken.GetClaim("email").Value, Is.EqualTo("alice@example.com"));
            Assert.That(
                (claims["phone_number"], claims["given_name"], claims["email"]), Is.EqualTo(("+27761234567", "Alice", (string?)null)));
        });
    }

    [Test, Spec("OpenID Connect Core", "5.5")]
    public async Task A_claim_of_a_scope_that_the_client_may_not_have_is_not_got_by_its_name_either()
    {
        var tokens = await Client.TokensAsync(
            "other", ("claims", """{"id_token":{"email":null},"userinfo":{"email":{"essential":true}}}"""));

        var idToken = await RelyingParty.ReadIdTokenAsync(Hub, tokens["id_token"], "other");
        Assert.That(idToken.TryGetClaim("email", out _), Is.False);
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]))["email"], Is.Null);
    }

    [Test, Spec("OpenID Connect Core", "3.1.2.1")]
    public async Task P1_Parameters_that_only_ask_for_looks_never_cause_an_error_and_unknown_ones_are_ignored()
    {
        var page = await new Browser(Client).AuthorizeAsync(
            "web", ("display", "popup"), ("ui_locales", "xx de-CH"), ("claims_locales", "fr"), ("login_hint", "bob@example.com"),
            ("acr_values", "urn:nowhere:gold"),
            ("extra", "foobar"), ("resource_", "x"));

        Assert.That(page.Location, Does.StartWith("https://web.test/cb?code="));
    }

    [Test]
    public async Task P1_The_order_of_parameters_and_scopes_does_not_matter()
    {
        var reversed = CodeFlow.AddressOf(CodeFlow.Request("web", ("scope", "email profile openid")).Reverse());
        var browser = new Browser(Client);
        var page = await browser.LogInAsync(await browser.GetAsync(reversed));

        Assert.That((await Client.RedeemAsync("web", page.Sent("code")))["scope"], Is.EqualTo("email profile openid"));
    }

    [Test]
    public async Task P1_A_request_by_POST_from_the_site_of_the_client_works_signed_in_or_not()
    {
        var browser = new Browser(Client);
        var login = await browser.PostFromElsewhereAsync(CodeFlow.Path, CodeFlow.Request("web"));
        var first = await browser.LogInAsync(login);
        var second = await browser.PostFromElsewhereAsync(CodeFlow.Path, CodeFlow.Request("other", ("prompt", "none")));

        Assert.That(first.Location, Does.StartWith("https://web.test/cb?code="));
        Assert.That(
            second.Location,
            Does.StartWith("https://other.test/cb?code="),
            "the cookie comes along once the browser is asked to come again");
    }

    [TestCase("query", "https://web.test/cb?code=")]
    [TestCase("fragment", "https://web.test/cb#code=")]
    [Spec("OAuth 2.0 Multiple Response Types", "2.1")]
    public async Task The_answer_comes_in_the_mode_that_was_asked_for(string mode, string expected) =>
        Assert.That((await new Browser(Client).AuthorizeAsync("web", ("response_mode", mode))).Location, Does.StartWith(expected));

    [Test, Spec("OAuth 2.0 Form Post Response Mode", "2")]
    public async Task P1_Form_post_is_a_page_that_posts_itself_to_the_client()
    {
        var page = await new Browser(Client).AuthorizeAsync(
            "web", ("response_mode", "form_post"), ("state", "\"><script>alert(1)</script>"));
        var form = page.Document.Forms.Single();

        Assert.Multiple(() =>
        {
            Assert.That(
                (page.Status, page.Location, form.Method, form.GetAttribute("action")),
                Is.EqualTo((200, (string?)null, "post", "https://web.test/cb"))
            );
            Assert.That(form.QuerySelectorAll("input").Select(field => field.GetAttribute("name")), Is.EqualTo(["code", "state", "iss"]));
            Assert.That(form.QuerySelector("[name=state]")!.GetAttribute("value"), Is.EqualTo("\"><script>alert(1)</script>"));
            Assert.That(page.Document.Scripts.Select(script => (script.Source, script.Text)), Is.EqualTo([("/assets/form-post.js", "")]));
            Assert.That(
                page.Answer.Header("Content-Security-Policy"),
                Does.Not.Contain("form-action").And.Contain("script-src 'self'").And.Not.Contain("unsafe"));
            Assert.That(page.Answer.Header("Cache-Control"), Is.EqualTo("no-store"));
        });
        Assert.That((await Client.GetAnswerAsync("/assets/form-post.js")).Header("Content-Type"), Does.StartWith("text/javascript"));
    }

    [Test]
    public async Task A_redirect_URI_keeps_its_own_query() =>
        Assert.That(
            (await new Browser(Client).AuthorizeAsync("web", ("redirect_uri", "https://web.test/cb?tenant=a"))).Location,
            Does.StartWith("https://web.test/cb?tenant=a&code=")
        );

    [Test, Spec("RFC 8252", "7.1")]
    public async Task An_apps_own_scheme_is_a_place_to_go_to() =>
        Assert.That((await new Browser(Client).AuthorizeAsync("app")).Location, Does.StartWith("com.example.app:/cb?code="));

    [Test]
    public async Task A_request_that_is_too_long_for_a_line_comes_back_all_the_same()
    {
        var state = new string('%', 2048);
        var browser = new Browser(Client);
        var login = await browser.PostFromElsewhereAsync(
            CodeFlow.Path, CodeFlow.Request("web", ("state", state), ("extra", new string('x', 9000))));
        var page = await browser.LogInAsync(login);

        Assert.That(page.Sent("state"), Is.EqualTo(state));
        Assert.That((await Client.RedeemAsync("web", page.Sent("code"))).Status, Is.EqualTo(200));
    }

    [TestCase('s', 1_400, true)]
    [TestCase('s', 1_600, true)]
    [TestCase('s', 3_000, true)]
    [TestCase('s', 3_400, false, Description = "OpenIddict.Client encrypts its state")]
    [TestCase('s', 8_192, false)]
    [TestCase('%', 8_192, false)]
    [Spec("ASSURANCE", "L10")]
    public async Task L10_A_state_of_up_to_8_KB_comes_back_and_no_answer_on_the_way_has_more_than_4_KB_of_headers(
        char filler, int length, bool byHeader)
    {
        var state = new string(filler, length);
        var browser = new Browser(Client);
        List<Page> way =
        [
            await browser.GetOnceAsync(
                CodeFlow.Address("curious", ("state", state), ("login_hint", "alice"), ("prompt", "consent"), ("scope", "openid profile")))
        ];
        while (way[^1].Location is { } location && location.StartsWith('/'))
            way.Add(await browser.GetOnceAsync(location));
        way.Add(
            await browser.SubmitOnceAsync(
                way[^1], way[^1].FormWith("password"), [("username", "alice"), ("password", TokenRequests.AlicePassword)]));
        while (way[^1].Location is { } location && location.StartsWith('/'))
            way.Add(await browser.GetOnceAsync(location));
        way.Add(await browser.SubmitOnceAsync(way[^1], way[^1].FormWith("remember"), [("decision", "allow")]));
        while (way[^1].Location is { } location && location.StartsWith('/'))
            way.Add(await browser.GetOnceAsync(location));

        Assert.Multiple(() =>
        {
            Assert.That(way[^1].Sent("state"), Is.EqualTo(state));
            Assert.That(way[^1].Sent("code"), Is.Not.Null);
            Assert.That(way[^1].Answer.Header("Location") is not null, Is.EqualTo(byHeader));
            Assert.That(way.Select(page => page.Answer.HeaderLength), Has.All.LessThan(4_096));
            Assert.That(way.Skip(1).Select(page => page.Path.Length), Has.All.LessThan(4_096), "on the server");
        });
    }

    [TestCase("id_token token", "#")]
    [TestCase("code id_token", "#")]
    [TestCase("token", "#")]
    [TestCase("none", "?")]
    [Spec("OAuth 2.0 Multiple Response Types", "5")]
    public async Task A_type_that_is_not_supported_is_refused_where_its_answer_would_have_come(string type, string separator) =>
        Assert.That(
            (await new Browser(Client).GetOnceAsync(CodeFlow.Address("web", ("response_type", type)))).Location,
            Does.StartWith($"https://web.test/cb{separator}error=unsupported_response_type")
        );

    [TestCase("https://web.test/cb", "openid groups profile", "openid profile", null)]
    [TestCase("https://web.test/cb", "groups offline", null, "invalid_scope")]
    [TestCase("https://web.test/cb", "openid groups stock.read", null, "invalid_scope", Description = "known, and not the client's")]
    [Spec("OpenID Connect Core", "3.1.2.1")]
    public async Task Scopes_that_nobody_knows_are_ignored(string redirectUri, string asked, string? granted, string? error)
    {
        var page = await new Browser(Client).AuthorizeAsync("web", ("scope", asked));
        var pushed = await Client.PostFormAsync("/connect/par", CodeFlow.Request("web", ("client_secret", "web-secret"), ("scope", asked)));

        Assert.That((page.Location?.StartsWith(redirectUri, StringComparison.Ordinal), page.Sent("error")), Is.EqualTo((true, error)));
        Assert.That((pushed.Status, pushed["error"]), Is.EqualTo((error is null ? 201 : 400, error)));
        if (granted is not null)
            Assert.That((await Client.RedeemAsync("web", page.Sent("code")))["scope"], Is.EqualTo(granted));
    }

    [Test]
    public async Task An_installation_may_refuse_scopes_that_nobody_knows()
    {
        await using var hub = await StartHubAsync([("IdentityHub:Authorization:RefuseUnknownScopes", "true")]);

        Assert.That(
            (await new Browser(hub.Client).GetOnceAsync(CodeFlow.Address("web", ("scope", "openid groups")))).Sent("error"),
            Is.EqualTo("invalid_scope"));
    }

    [Test]
    public async Task A_user_who_does_not_want_to_log_in_is_sent_back_in_the_clients_own_way()
    {
        var browser = new Browser(Client);
        var login = await browser.GetAsync(CodeFlow.Address("web", ("response_mode", "fragment")));
        var cancel = login
            .Document.Links.Select(link => link.GetAttribute("href")!)
            .Single(href => href.StartsWith(CodeFlow.Path, StringComparison.Ordinal));
        var page = await browser.GetOnceAsync(cancel);

        Assert.That(page.Location, Does.StartWith("https://web.test/cb#error=access_denied"));
        Assert.That((page.Sent("state"), page.Sent("iss")), Is.EqualTo(("some-state", Installation.Issuer)));
    }
}
