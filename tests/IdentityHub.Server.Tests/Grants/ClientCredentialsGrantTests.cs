using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

public class ClientCredentialsGrantTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read stock.read lonely }
          - { client_id: quick, grant_types: [client_credentials], client_secrets: [{ value: "plain:quick-secret" }], scope: orders.read, access_token_lifetime: 90s }
          - { client_id: rsa, grant_types: [client_credentials], client_secrets: [{ value: "plain:rsa-secret" }], scope: orders.read, access_token_signed_response_alg: RS256 }
          - { client_id: opaque, grant_types: [client_credentials], client_secrets: [{ value: "plain:opaque-secret" }], scope: orders.read, access_token_format: reference }
          - { client_id: person, grant_types: [password], client_secrets: [{ value: "plain:person-secret" }] }
        """;

    [Test, Spec("RFC 9068", "2.2")]
    public async Task A_JWT_access_token_carries_the_claims_of_its_profile()
    {
        var answer = await Client.MachineAsync("machine", "orders.read");
        var token = new JsonWebToken(answer["access_token"]);
        var now = FakeTime.Start.ToUnixTimeSeconds();

        Assert.Multiple(() =>
        {
            Assert.That((token.Typ, token.Alg, token.Issuer), Is.EqualTo(("at+jwt", "ES256", Installation.Issuer)));
            Assert.That(token.Audiences, Is.EqualTo(["orders"]));
            Assert.That(
                (token.Subject, token.GetClaim("client_id").Value, token.GetClaim("scope").Value),
                Is.EqualTo(("machine", "machine", "orders.read")));
            Assert.That((token.GetPayloadValue<long>("iat"), token.GetPayloadValue<long>("exp")), Is.EqualTo((now, now + 3600)));
            Assert.That(token.Id, Has.Length.GreaterThanOrEqualTo(22), "128 bits as base64url");
            Assert.That(token.TryGetClaim("sid", out _), Is.False, "there is no user");
        });
    }

    [TestCase("machine", "ES256")]
    [TestCase("rsa", "RS256")]
    [Spec("RFC 9068", "4")]
    public async Task An_API_accepts_the_token_with_nothing_but_the_published_keys(string clientId, string algorithm)
    {
        var token = (await Client.MachineAsync(clientId, "orders.read"))["access_token"];

        var atOrders = await ResourceServer.CheckAsync(Hub, token, "orders");
        var atStock = await ResourceServer.CheckAsync(Hub, token, "stock");

        Assert.That(atOrders.IsValid, Is.True, atOrders.Exception?.Message);
        Assert.That(new JsonWebToken(token).Alg, Is.EqualTo(algorithm));
        Assert.That(atStock.IsValid, Is.False, "another audience");
    }

    [Test, Spec("RFC 6749", "5.1")]
    public async Task The_answer_is_the_one_of_the_specification_and_no_cache_may_keep_it()
    {
        var answer = await Client.MachineAsync("machine", "orders.read");

        Assert.Multiple(() =>
        {
            Assert.That(
                answer.Json.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(["access_token", "token_type", "expires_in", "scope"]));
            Assert.That((answer["token_type"], answer["expires_in"], answer["scope"]), Is.EqualTo(("Bearer", "3600", "orders.read")));
            Assert.That(
                (answer.Header("Cache-Control"), answer.Header("Pragma"), answer.Header("Content-Type")),
                Is.EqualTo(("no-store", "no-cache", "application/json")));
        });
    }

    [Test, Spec("RFC 6749", "4.4.3")]
    public async Task A_client_of_its_own_gets_no_refresh_token() =>
        Assert.That((await Client.MachineAsync("machine"))["refresh_token"], Is.Null);

    [Test]
    public async Task The_lifetime_is_the_client_s()
    {
        var answer = await Client.MachineAsync("quick");
        var token = new JsonWebToken(answer["access_token"]);

        Assert.That(answer["expires_in"], Is.EqualTo("90"));
        Assert.That(token.GetPayloadValue<long>("exp") - token.GetPayloadValue<long>("iat"), Is.EqualTo(90));
    }

    [Test]
    public async Task A_reference_token_is_opaque_and_recognisable()
    {
        var answer = await Client.MachineAsync("opaque");

        Assert.That(answer["access_token"], Does.Match("^iha_[A-Za-z0-9_-]{49}$"));
        Assert.That(await Client.IsActiveAsync("opaque", answer["access_token"]), Is.True);
    }

    [Test]
    public async Task No_two_tokens_are_alike()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.MachineAsync(i % 2 == 0 ? "machine" : "opaque")));

        Assert.That(answers.Select(answer => answer["access_token"]), Is.Unique);
    }

    [Test, Spec("RFC 6749", "5.2")]
    public async Task A_grant_that_is_not_the_client_s_or_nobody_s_or_missing_is_refused()
    {
        var notHers = await Client.MachineAsync("person");
        var nobodys = await Client.TokenAsync(
            ("grant_type", "urn:example:none"), ("client_id", "machine"), ("client_secret", "machine-secret"));
        var missing = await Client.TokenAsync(("client_id", "machine"), ("client_secret", "machine-secret"));
        var resource = await Client.MachineAsync("orders");

        Assert.Multiple(() =>
        {
            Assert.That((notHers.Status, notHers["error"]), Is.EqualTo((400, "unauthorized_client")));
            Assert.That((nobodys.Status, nobodys["error"]), Is.EqualTo((400, "unsupported_grant_type")));
            Assert.That((missing.Status, missing["error"]), Is.EqualTo((400, "invalid_request")));
            Assert.That((resource.Status, resource["error"]), Is.EqualTo((400, "unauthorized_client")), "an API only introspects");
        });
    }
}
