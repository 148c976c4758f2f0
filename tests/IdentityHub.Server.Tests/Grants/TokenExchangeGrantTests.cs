using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

[Spec("RFC 8693", "2")]
public class TokenExchangeGrantTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    private const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";
    private const string JwtType = "urn:ietf:params:oauth:token-type:jwt";

    [Test, Spec("contracts/lsid-sessions.md", "access tokens")]
    public async Task An_LSID_becomes_a_token_of_whom_the_session_acts_as_and_act_says_who_has_logged_in()
    {
        var lsid = await Client.LsidAsync("alice");
        var own = new JsonWebToken((await Client.TokenExchangeAsync("desk-jwt", lsid))["access_token"]);
        await Client.AssumeAsync(lsid, Lsids.IdOf("ed"));

        var answer = await Client.TokenExchangeAsync("desk-jwt", lsid);
        var token = new JsonWebToken(answer["access_token"]);

        Assert.That(
            (answer.Status, answer["issued_token_type"], answer["token_type"], answer["refresh_token"]),
            Is.EqualTo((200, AccessTokenType, "Bearer", (string?)null)));
        Assert.That((own.Subject, own.TryGetPayloadValue<object>("act", out _)), Is.EqualTo((Lsids.IdOf("alice"), false)));
        Assert.That(
            (token.Subject, token.GetClaim("act").Value, token.GetClaim("org_id").Value),
            Is.EqualTo((Lsids.IdOf("ed"), $$"""{"sub":"{{Lsids.IdOf("alice")}}"}""", "east")));
        var introspected = await Client.IntrospectAsync("desk-jwt", answer["access_token"]);
        Assert.That(
            (introspected["sub"], introspected["act"], introspected["org_id"]),
            Is.EqualTo((Lsids.IdOf("ed"), $$"""{"sub":"{{Lsids.IdOf("alice")}}"}""", "east")));
    }

    [Test]
    public async Task An_LSID_of_one_factor_is_refused_to_a_client_that_requires_two()
    {
        await using var hub = await Hub.StartAsync(
            Lsids.Config.Replace("client_id: desk-jwt,", "client_id: desk-jwt, require_mfa: true,", StringComparison.Ordinal),
            DatabaseKind.Sqlite);
        var lsid = await hub.Client.LsidAsync("alice");

        var refused = await hub.Client.TokenExchangeAsync("desk-jwt", lsid);

        Assert.That((refused.Status, refused["error"]), Is.EqualTo((400, "invalid_grant")));
        Assert.That((await hub.Client.TokenExchangeAsync("desk", lsid)).Status, Is.EqualTo(200), "others go on as before");
    }

    [Test]
    public async Task A_reference_token_says_the_same_and_dies_when_the_session_acts_as_somebody_else_or_ends()
    {
        var lsid = await Client.LsidAsync("alice");
        var own = (await Client.TokenExchangeAsync("desk", lsid))["access_token"];
        await Client.AssumeAsync(lsid, Lsids.IdOf("bob"));
        var bobs = (await Client.TokenExchangeAsync("desk", lsid))["access_token"];
        var seen = await Client.IntrospectAsync("orders", bobs);

        await Client.ResetIdentityAsync(lsid);
        var afterReset = (await Client.IsActiveAsync("desk", own), await Client.IsActiveAsync("desk", bobs));
        await Client.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}");

        Assert.That((seen["sub"], seen["act"]), Is.EqualTo((Lsids.IdOf("bob"), $$"""{"sub":"{{Lsids.IdOf("alice")}}"}""")));
        Assert.That(afterReset, Is.EqualTo((true, false)), "what was bob's is gone");
        Assert.That(await Client.IsActiveAsync("desk", own), Is.False);
    }

    [Test]
    public async Task An_access_token_is_exchanged_for_one_with_less_scope_and_never_more_and_dies_with_its_own_login()
    {
        var login = await Client.LoginAsync("web", "bob", Lsids.Password);
        var exchanged = await Client.TokenExchangeAsync("desk", login["access_token"]!, AccessTokenType);
        var more = await Client.TokenExchangeAsync("desk", login["access_token"]!, AccessTokenType, ("scope", "orders.write"));
        var alive = await Client.IsActiveAsync("desk", exchanged["access_token"]);
        await Client.RevokeAsync("web", login["refresh_token"]);

        Assert.That((exchanged.Status, exchanged["scope"], alive), Is.EqualTo((200, "orders.read", true)), exchanged.ToString());
        Assert.That((more.Status, more["error"]), Is.EqualTo((400, "invalid_scope")));
        Assert.That(await Client.IsActiveAsync("desk", exchanged["access_token"]), Is.False, "the family of the subject token is gone");
    }

    [Test]
    public async Task It_lives_no_longer_than_the_subject_token()
    {
        await using var hub = await StartHubAsync();
        var login = await hub.Client.LoginAsync("web", "bob", Lsids.Password);
        hub.Time.Advance(TimeSpan.FromMinutes(50));

        var exchanged = await hub.Client.TokenExchangeAsync("desk", login["access_token"]!, AccessTokenType);

        Assert.That(exchanged["expires_in"], Is.EqualTo("600"));
    }

    [Test, Spec("RFC 8693", "4.1")]
    public async Task An_actor_acts_for_the_subject_and_those_before_him_are_kept()
    {
        var lsid = await Client.LsidAsync("alice");
        await Client.AssumeAsync(lsid, Lsids.IdOf("bob"));
        var subject = (await Client.TokenExchangeAsync("desk", lsid))["access_token"]!;
        var actor = (await Client.MachineAsync("web"))["access_token"]!;

        var answer = await Client.TokenExchangeAsync(
            "desk", subject, AccessTokenType, ("actor_token", actor), ("actor_token_type", AccessTokenType));
        var introspected = await Client.IntrospectAsync("desk", answer["access_token"]);

        Assert.That(introspected["act"], Is.EqualTo($$$"""{"sub":"web","act":{"sub":"{{{Lsids.IdOf("alice")}}}"}}"""));
        Assert.That(introspected["sub"], Is.EqualTo(Lsids.IdOf("bob")));
    }

    [Test]
    public async Task The_audience_is_one_of_those_of_the_scopes()
    {
        var lsid = await Client.LsidAsync("alice");

        var answer = await Client.TokenExchangeAsync("desk", lsid, more: ("audience", "orders"));
        var none = await Client.TokenExchangeAsync("desk", lsid, more: ("audience", "elsewhere"));
        var resource = await Client.TokenExchangeAsync("desk", lsid, more: ("resource", "https://api.example.com/"));

        Assert.That((await Client.IntrospectAsync("orders", answer["access_token"]))["active"], Is.EqualTo("true"));
        Assert.That((none["error"], resource["error"]), Is.EqualTo(("invalid_target", "invalid_target")));
    }

    [Test, Spec("RFC 8693", "2.1"), Spec("RFC 8707", "2")]
    public async Task Audience_and_resource_may_be_repeated_and_each_must_be_known()
    {
        var lsid = await Client.LsidAsync("alice");

        var repeated = await Client.TokenExchangeAsync(
            "desk", lsid, more: [("audience", "orders"), ("audience", "orders"), ("resource", "orders"), ("resource", "orders")]);
        var unknown = await Client.TokenExchangeAsync(
            "desk",
            lsid,
            more: [("resource", "orders"), ("resource", "https://api.example.com/")]
        );

        Assert.That(
            (repeated.Status, (await Client.IntrospectAsync("orders", repeated["access_token"]))["active"]), Is.EqualTo((200, "true")),
            repeated.Body);
        Assert.That((unknown.Status, unknown["error"]), Is.EqualTo((400, "invalid_target")));
    }

    [Test]
    public async Task What_a_client_may_not_present_is_refused_and_so_is_what_is_dead()
    {
        var lsid = await Client.LsidAsync("alice");
        var web = (await Client.LoginAsync("web", "bob", Lsids.Password))["access_token"]!;
        var jwt = (await Client.LoginAsync("web-jwt", "bob", Lsids.Password))["access_token"]!;
        var machine = (await Client.MachineAsync("web"))["access_token"]!;
        (Answer Answer, string Error)[] refusals =
        [
            (await Client.TokenExchangeAsync("plain", lsid), "invalid_request"),
            (await Client.TokenExchangeAsync("desk-jwt", web, AccessTokenType), "invalid_request"),
            (await Client.TokenExchangeAsync("plain", web, AccessTokenType), "invalid_grant"),
            (await Client.TokenExchangeAsync("desk", jwt, JwtType), "invalid_grant"),
            (await Client.TokenExchangeAsync("desk", machine, AccessTokenType), "invalid_grant"),
            (await Client.TokenExchangeAsync("desk", "nonsense"), "invalid_grant"),
            (await Client.TokenExchangeAsync("desk", lsid, "urn:ietf:params:oauth:token-type:saml2"), "invalid_request"),
            (await Client.TokenExchangeAsync(
                    "desk", lsid, more: ("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")),
                "invalid_request"),
            (await Client.TokenExchangeAsync("desk", lsid, more: ("actor_token", web)), "invalid_request"),
            (await Client.TokenExchangeAsync("desk-jwt", lsid, more: [("actor_token", web), ("actor_token_type", AccessTokenType)]),
                "invalid_request"),
            (await Client.TokenExchangeAsync("desk", lsid, more: ("scope", "admin")), "invalid_scope"),
            (await Client.TokenAsync(
                    ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("client_id", "desk"),
                    ("client_secret", "desk-secret")),
                "invalid_request"),
        ];

        foreach (var (answer, error) in refusals)
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, error)), answer.ToString());
    }

    [TestCase("web")]
    [TestCase("web-jwt")]
    [Spec("contracts/lsid-sessions.md", "organizations")]
    public async Task An_organization_can_be_named_on_refresh_and_stays_for_that_client(string clientId)
    {
        var login = await Client.LoginAsync(clientId, "alice", Lsids.Password);
        var other = await Client.LoginAsync(clientId, "alice", Lsids.Password);

        var switched = await RefreshAsync(clientId, login["refresh_token"]!, "east");
        var stays = await Client.RefreshAsync(clientId, switched["refresh_token"]);
        var untouched = await Client.RefreshAsync(clientId, other["refresh_token"]);

        Assert.That(await OrganizationOfAsync(clientId, switched), Is.EqualTo("east"), switched.ToString());
        Assert.That(await OrganizationOfAsync(clientId, stays), Is.EqualTo("east"));
        Assert.That(await OrganizationOfAsync(clientId, untouched), Is.EqualTo("acme"));
    }

    [TestCase("root")]
    [TestCase("other")]
    [TestCase("nowhere")]
    public async Task An_organization_out_of_reach_is_refused_and_the_refresh_token_is_not_used_up(string organization)
    {
        var login = await Client.LoginAsync("web", "alice", Lsids.Password);

        var refused = await RefreshAsync("web", login["refresh_token"]!, organization);

        Assert.That((refused.Status, refused["error"]), Is.EqualTo((400, "invalid_request")));
        Assert.That((await Client.RefreshAsync("web", login["refresh_token"])).Status, Is.EqualTo(200));
    }

    private async Task<string?> OrganizationOfAsync(string clientId, Answer tokens) =>
        (await Client.IntrospectAsync(clientId, tokens["access_token"]))["org_id"];

    private Task<Answer> RefreshAsync(string clientId, string token, string organization) =>
        Client.RefreshAsync(clientId, token, more: [("organization", organization)]);
}
