using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Discovery;

/// <summary>What an authorization request may ask for is kept, and what it may not is refused.</summary>
internal static class AuthorizationProbes
{
    private const string Signed = DiscoveryTruthTests.Signed;
    private const string OneFactor = "urn:identityhub:acr:1";
    private const string TwoFactors = "urn:identityhub:acr:2";
    private const string Passkey = "urn:identityhub:acr:3";

    public static readonly Dictionary<string, Probe> All = new()
    {
        ["response_types_supported"] = ResponseTypesAsync,
        ["response_modes_supported"] = ResponseModesAsync,
        ["code_challenge_methods_supported"] = ChallengeMethodsAsync,
        ["prompt_values_supported"] = PromptsAsync,
        ["ui_locales_supported"] = LanguagesAsync,
        ["acr_values_supported"] = ContextClassesAsync,
        ["claims_parameter_supported"] = ClaimsParameterAsync,
        ["request_parameter_supported"] = RequestParameterAsync,
        ["request_object_signing_alg_values_supported"] = RequestObjectAlgorithmsAsync,
        ["request_uri_parameter_supported"] = RequestUriAsync,
        ["require_pushed_authorization_requests"] = UnpushedAsync,
        ["authorization_response_iss_parameter_supported"] = IssuerAsync,
    };

    // Where the answer of a browser's last page stands, by mode.
    private static readonly Dictionary<string, Func<Page, string, string?>> Modes = new()
    {
        ["query"] = (page, name) => page.Location?.Contains('?', StringComparison.Ordinal) == true ? page.Sent(name) : null,
        ["fragment"] = (page, name) => page.Location?.Contains('#', StringComparison.Ordinal) == true ? page.Sent(name) : null,
        ["form_post"] = (page, name) => page.Document.QuerySelector($"form[method='post'] input[name='{name}']")?.GetAttribute("value"),
    };

    private static async Task ResponseTypesAsync(Hub hub, JsonElement listed)
    {
        Assert.That(listed.Texts(), Is.EqualTo(["code"]), "nobody tries the others out");
        Assert.That((await hub.AuthorizeAsync("web", ("response_type", "code"))).Sent("code"), Is.Not.Null);
        foreach (var other in new[]
            {
                "token", "id_token", "id_token token", "code id_token", "code token", "code id_token token", "none", "CODE",
            })
            Assert.That(await hub.ErrorAsync("web", ("response_type", other)), Is.EqualTo("unsupported_response_type"), other);
    }

    private static async Task ResponseModesAsync(Hub hub, JsonElement listed)
    {
        Assert.That(listed.Texts(), Is.EquivalentTo(Modes.Keys), "nobody tries the others out");
        foreach (var (mode, read) in Modes)
            Assert.That(read(await hub.AuthorizeAsync("web", ("response_mode", mode)), "code"), Is.Not.Null, mode);
        foreach (var other in new[] { "web_message", "jwt", "query.jwt" })
            Assert.That(await hub.ErrorAsync("web", ("response_mode", other)), Is.EqualTo("invalid_request"), other);
    }

    private static async Task ChallengeMethodsAsync(Hub hub, JsonElement listed)
    {
        Assert.That(listed.Texts(), Is.EqualTo(["S256"]));
        Assert.That((await hub.Client.TokensAsync("spa"))["access_token"], Is.Not.Null);
        Assert.That(await hub.ErrorAsync("spa", ("code_challenge_method", "plain")), Is.EqualTo("invalid_request"));
        Assert.That(await hub.ErrorAsync("spa", ("code_challenge", null), ("code_challenge_method", null)), Is.EqualTo("invalid_request"));
    }

    private static async Task PromptsAsync(Hub hub, JsonElement listed)
    {
        var pages = new Dictionary<string, string>
        {
            ["none"] = "https://web.test/cb?code=",
            ["login"] = "/login?",
            ["consent"] = "/consent?",
            ["select_account"] = "/login?",
        };
        var browser = new Browser(hub.Client);
        await browser.AuthorizeAsync("web");

        foreach (var prompt in listed.Texts())
        {
            Assert.That(pages, Does.ContainKey(prompt), "nobody tries this value out");
            Assert.That(
                (await browser.GetOnceAsync(CodeFlow.Address("web", ("prompt", prompt)))).Location, Does.StartWith(pages[prompt]), prompt);
        }

        Assert.That(await hub.ErrorAsync("web", ("prompt", "none")), Is.EqualTo("login_required"), "where nobody is signed in");
        Assert.That(await hub.ErrorAsync("web", ("prompt", "sideways")), Is.EqualTo("invalid_request"));
    }

    private static async Task LanguagesAsync(Hub hub, JsonElement listed)
    {
        Assert.That(listed.Texts(), Is.SupersetOf(["en", "de"]));
        foreach (var language in listed.Texts())
            Assert.That(await LanguageAsync(language), Is.EqualTo(language));
        Assert.That(await LanguageAsync("tlh"), Is.EqualTo("en"), "a language that nobody speaks here");

        async Task<string?> LanguageAsync(string asked) =>
            (await new Browser(hub.Client).GetAsync(CodeFlow.Address("web", ("ui_locales", asked)))).Document.DocumentElement.GetAttribute(
                "lang");
    }

    private static async Task ContextClassesAsync(Hub hub, JsonElement listed)
    {
        Assert.That(listed.Texts(), Is.EqualTo([OneFactor, TwoFactors, Passkey]), "nobody tries the others out");
        Assert.That(ContextClassOf(await hub.Client.TokensAsync("web", ("claims", Essential(OneFactor)))), Is.EqualTo(OneFactor));
        var user = await hub.AddUserAsync();
        var app = await hub.SetUpAsync(user.Id);
        var browser = new Browser(hub.Client);
        var second = await browser.PasswordAsync(user, CodeFlow.Address("web", ("claims", Essential(TwoFactors))));
        var code = (await browser.ProveAsync(second, app.CodeAt(hub.Time.GetUtcNow()))).Sent("code");
        Assert.That(ContextClassOf(await hub.Client.RedeemAsync("web", code)), Is.EqualTo(TwoFactors));
        Assert.That(
            (await new Browser(hub.Client).AuthorizeAsync("web", ("claims", Essential(TwoFactors)))).Sent("error"),
            Is.EqualTo("unmet_authentication_requirements"), "alice has one factor");
        var (owner, _) = await hub.SignInAsync(await hub.AddUserAsync());
        using var passkey = await owner.NewPasskeyAsync();
        var login = await owner.GetAsync(CodeFlow.Address("web", ("claims", Essential(Passkey))));
        code = (await owner.UsePasskeyAsync(login, passkey)).Sent("code");
        Assert.That(ContextClassOf(await hub.Client.RedeemAsync("web", code)), Is.EqualTo(Passkey));
        Assert.That(
            (await new Browser(hub.Client).AuthorizeAsync("web", ("claims", Essential(Passkey)))).Sent("error"),
            Is.EqualTo("unmet_authentication_requirements"), "alice has used a password");
        Assert.That(
            await hub.ErrorAsync("web", ("claims", Essential("urn:nowhere:gold"))), Is.EqualTo("unmet_authentication_requirements"));
    }

    private static string ContextClassOf(Answer tokens) => new JsonWebToken(tokens["id_token"]).GetClaim("acr").Value;

    private static string Essential(string contextClass) =>
        "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"" + contextClass + "\"}}}";

    private static async Task ClaimsParameterAsync(Hub hub, JsonElement supported)
    {
        var tokens = await hub.Client.TokensAsync("web", ("claims", """{"id_token":{"email":null},"userinfo":{"address":null}}"""));

        Assert.That(supported.GetBoolean(), Is.True);
        Assert.That(new JsonWebToken(tokens["id_token"]).GetClaim("email").Value, Is.EqualTo("alice@example.com"));
        Assert.That((await hub.Client.GetAnswerAsync("/connect/userinfo", tokens["access_token"]))["address"], Is.Not.Null);
    }

    private static async Task RequestParameterAsync(Hub hub, JsonElement supported)
    {
        var page = await OpenAsync(hub, RequestObject(hub).Sign(ClientKeys.Elliptic, "ES256"));

        Assert.That(supported.GetBoolean(), Is.True);
        Assert.That(page.IsLogin(), Is.True);
    }

    private static async Task RequestObjectAlgorithmsAsync(Hub hub, JsonElement listed) =>
        Assert.That(
            listed.Texts(),
            Is.EquivalentTo(await ClientProbes.TakenAsync(RequestObject(hub), async text => (await OpenAsync(hub, text)).IsLogin())));

    private static Assertion RequestObject(Hub hub) => new Assertion(Signed, hub.Time.GetUtcNow())
        .With("sub", null)
        .With("aud", Installation.Issuer)
        .With("client_id", Signed)
        .With("response_type", "code")
        .With("redirect_uri", CodeFlow.RedirectUriOf(Signed))
        .With("scope", "openid").With("code_challenge", CodeFlow.Challenge).With("code_challenge_method", "S256");

    private static Task<Page> OpenAsync(Hub hub, string requestObject) =>
        new Browser(hub.Client).GetAsync(
            CodeFlow.AddressOf([("client_id", Signed), ("redirect_uri", CodeFlow.RedirectUriOf(Signed)), ("request", requestObject)]));

    // Nothing is fetched; what the hub itself has issued is read all the same: RFC 9126 §5.
    private static async Task RequestUriAsync(Hub hub, JsonElement supported)
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)elsewhere.LocalEndpoint).Port}/request.jwt";

        Assert.That(supported.GetBoolean(), Is.False);
        Assert.That(await hub.ErrorAsync("web", ("request_uri", address)), Is.EqualTo("request_uri_not_supported"));
        Assert.That(elsewhere.Pending(), Is.False, "nobody has called");
        var pushed = await hub.Client.PostFormAsync("/connect/par", CodeFlow.Request("web", ("client_secret", "web-secret")));
        Assert.That(
            (await new Browser(hub.Client).GetAsync(CodeFlow.AddressOf([("client_id", "web"), ("request_uri", pushed["request_uri"]!)]))
            ).IsLogin(),
            Is.True);
    }

    private static async Task UnpushedAsync(Hub hub, JsonElement required)
    {
        Assert.That(required.GetBoolean(), Is.False);
        Assert.That((await hub.AuthorizeAsync("web")).Sent("code"), Is.Not.Null);
        Assert.That(await hub.ErrorAsync("pushing"), Is.EqualTo("invalid_request"), "but of a client that is registered to push");
    }

    private static async Task IssuerAsync(Hub hub, JsonElement supported)
    {
        Assert.That(supported.GetBoolean(), Is.True);
        foreach (var (mode, read) in Modes)
        {
            Assert.That(
                read(await hub.AuthorizeAsync("web", ("response_mode", mode)), "iss"), Is.EqualTo(Installation.Issuer),
                $"beside a code, {mode}");
            var refused = await new Browser(hub.Client).GetOnceAsync(CodeFlow.Address("web", ("response_mode", mode), ("prompt", "none")));
            Assert.That(
                (read(refused, "error"), read(refused, "iss")), Is.EqualTo(("login_required", Installation.Issuer)),
                $"beside an error, {mode}");
        }
    }
}
