using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

[Spec("RFC 8707", "2")]
public class ResourceIndicatorTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Scope = "openid offline_access orders.read stock.read";
    private const string Unknown = "https://api.example.com/";

    private static readonly (string, string)[] Both = [("resource", "orders"), ("resource", "stock"), ("resource", "orders")];

    private static string Config => CodeFlow.Config +
        $$"""
          - { client_id: many, grant_types: [authorization_code, refresh_token, client_credentials, password, "{{GrantTypes.DeviceCode}}"],
              client_secrets: [{ value: "plain:many-secret" }], redirect_uris: ["https://many.test/cb"], scope: {{Scope}} orders.write lonely, default_scope: orders.read }
          - { client_id: signed, token_endpoint_auth_method: private_key_jwt, grant_types: [authorization_code], redirect_uris: ["https://signed.test/cb"], scope: openid orders.read stock.read,
              jwks: {{ClientKeys.Jwks}} }

        """;

    [Test]
    public async Task A_token_request_may_name_several_resources_and_the_token_is_for_these_only()
    {
        var machine = await MachineAsync(("scope", "orders.read stock.read"), ("resource", "stock"));
        var login = await PasswordAsync([("scope", "openid orders.read orders.write"), .. Both]);

        Assert.That(
            (machine.Status, AudienceOf(machine), machine["scope"]), Is.EqualTo((200, "stock", "orders.read stock.read")), machine.Body);
        Assert.That((login.Status, AudienceOf(login)), Is.EqualTo((200, "orders stock")), login.Body);
        Assert.That(
            AudienceOf(await MachineAsync(("scope", "orders.read stock.read"), ("audience", "a"), ("audience", "b"))),
            Is.EqualTo("orders stock"), "'audience' has a meaning at token exchange only");
    }

    [Test]
    public async Task At_the_authorization_endpoint_the_scopes_of_other_APIs_are_left_out()
    {
        var one = await Client.TokensAsync("many", ("scope", Scope + " lonely"), ("resource", "stock"));
        var code = (await new Browser(Client).AuthorizeAsync("many", ("scope", Scope), ("resource", "orders"), ("resource", "stock"))).Sent(
            "code");
        var both = await Client.RedeemAsync("many", code, ("resource", "orders"));

        Assert.That((AudienceOf(one), one["scope"]), Is.EqualTo(("stock", "openid offline_access stock.read lonely")), one.Body);
        Assert.That((AudienceOf(both), both["scope"]), Is.EqualTo(("orders", Scope)), both.Body);
        Assert.That(
            AudienceOf(await Client.RefreshAsync("many", both["refresh_token"])), Is.EqualTo("orders stock"),
            "the first token only was for less");
    }

    [Test]
    public async Task A_resource_that_was_not_granted_is_refused_and_nothing_is_used_up()
    {
        var code = await Client.CodeAsync("many", ("scope", Scope), ("resource", "stock"));
        var early = await Client.RedeemAsync("many", code, ("resource", "orders"));
        var tokens = await Client.RedeemAsync("many", code, ("resource", "stock"));
        var refused = await RefreshAsync(tokens, "orders");
        var refreshed = await RefreshAsync(tokens, "stock");

        Assert.That((early.Status, early["error"], tokens.Status), Is.EqualTo((400, "invalid_target", 200)), early.Body);
        Assert.That((refused.Status, refused["error"], refreshed.Status), Is.EqualTo((400, "invalid_target", 200)), refused.Body);
        Assert.That(AudienceOf(refreshed), Is.EqualTo("stock"));
    }

    [Test, Spec("RFC 9126", "2")]
    public async Task Resources_may_be_pushed_and_stand_in_a_request_object()
    {
        var pushed = await Client.PostFormAsync(
            "/connect/par", [.. CodeFlow.Request("many", ("scope", Scope)), ("client_secret", "many-secret"), .. Both]);
        var browser = new Browser(Client);
        var page = await browser.LogInAsync(
            await browser.GetAsync($"{CodeFlow.Path}?client_id=many&request_uri={Uri.EscapeDataString(pushed["request_uri"]!)}"));
        var unknown = await Client.PostFormAsync(
            "/connect/par", [.. CodeFlow.Request("many"), ("client_secret", "many-secret"), ("resource", Unknown)]);

        Assert.That(AudienceOf(await Client.RedeemAsync("many", page.Sent("code"))), Is.EqualTo("orders stock"), pushed.Body);
        Assert.That((unknown.Status, unknown["error"]), Is.EqualTo((400, "invalid_target")), unknown.Body);
        foreach (var (resources, sent) in new[] { (new[] { "orders", "stock" }, "code"), (["orders", Unknown], "error") })
        {
            var signed = await new Browser(Client).AuthorizeAsync("signed", ("request", RequestObject(resources)));
            Assert.That(signed.Sent(sent), Is.Not.Null, signed.Location);
        }
    }

    [Test, Spec("RFC 8628", "3.1")]
    public async Task A_device_names_resources_too()
    {
        (string, string)[] asked = [("client_id", "many"), ("client_secret", "many-secret"), ("scope", Scope)];
        var device = await Client.PostFormAsync(Devices.Endpoint, [.. asked, ("resource", "stock"), ("resource", "stock")]);
        var unknown = await Client.PostFormAsync(Devices.Endpoint, [.. asked, ("resource", Unknown)]);
        await Hub.DecideAsync(device["user_code"]!, approved: true, await Hub.SignInAsync());
        (string, string)[] poll = [("grant_type", GrantTypes.DeviceCode), .. asked[..2], ("device_code", device["device_code"]!)];
        var foreign = await Client.TokenAsync([.. poll, ("resource", "orders")]);
        var tokens = await Client.TokenAsync([.. poll, ("resource", "stock")]);

        Assert.That((unknown.Status, unknown["error"]), Is.EqualTo((400, "invalid_target")), unknown.Body);
        Assert.That((foreign.Status, foreign["error"]), Is.EqualTo((400, "invalid_target")), foreign.Body);
        Assert.That((AudienceOf(tokens), tokens["scope"]), Is.EqualTo(("stock", "openid offline_access stock.read")), tokens.Body);
    }

    [Test]
    public async Task An_unknown_resource_is_an_invalid_target_and_the_client_is_told_so()
    {
        var page = await new Browser(Client).GetOnceAsync(CodeFlow.Address("many", ("resource", "orders"), ("resource", Unknown)));
        var withoutScope = await new Browser(Client).GetOnceAsync(CodeFlow.Address("many", ("resource", "orders")));

        Assert.That(page.Location, Does.StartWith("https://many.test/cb?error=invalid_target"));
        Assert.That(
            withoutScope.Location,
            Does.StartWith("https://many.test/cb?error=invalid_target"),
            "scope is openid: nothing would be for this API");
        foreach (var answer in new[]
            {
                await MachineAsync(("resource", Unknown)), await MachineAsync(("resource", "stock")),
                await PasswordAsync(("resource", "orders"), ("resource", Unknown)),
            })
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_target")), answer.Body);
    }

    [Test, Spec("RFC 6749", "3.2"), Spec("ASSURANCE", "P4")]
    public async Task P4_Any_other_parameter_may_not_be_repeated()
    {
        foreach (var name in new[] { "scope", "grant_type", "client_id", "unheard_of" })
        {
            var answer = await MachineAsync((name, "a"), (name, "a"));
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")), answer.Body);
        }
    }

    private Task<Answer> MachineAsync(params (string, string)[] more) =>
        Client.TokenAsync([("grant_type", "client_credentials"), ("client_id", "many"), ("client_secret", "many-secret"), .. more]);

    private Task<Answer> PasswordAsync(params (string, string)[] more) =>
        Client.TokenAsync([
            ("grant_type", "password"),
            ("client_id", "many"),
            ("client_secret", "many-secret"),
            ("username", "alice"),
            ("password", TokenRequests.AlicePassword),
            .. more
        ]);

    private Task<Answer> RefreshAsync(Answer tokens, string resource) =>
        Client.RefreshAsync("many", tokens["refresh_token"], more: [("resource", resource)]);

    private static string RequestObject(string[] resources) => new Assertion("signed", FakeTime.Start)
        .With("sub", null)
        .With("jti", null)
        .With("client_id", "signed")
        .With("aud", Installation.Issuer)
        .With("response_type", "code")
        .With("redirect_uri", "https://signed.test/cb")
        .With("scope", "openid orders.read stock.read")
        .With("code_challenge", CodeFlow.Challenge).With("code_challenge_method", "S256").With("resource", resources)
        .Sign(ClientKeys.Elliptic, SecurityAlgorithms.EcdsaSha256);

    private static string AudienceOf(Answer tokens) =>
        string.Join(' ', new JsonWebToken(tokens["access_token"]).Audiences.Order(StringComparer.Ordinal));
}
