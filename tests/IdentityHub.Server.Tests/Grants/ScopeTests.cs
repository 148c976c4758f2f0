using System.Diagnostics;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

public class ScopeTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: openid orders.read orders.write stock.read lonely contact }
          - { client_id: shy, grant_types: [client_credentials], client_secrets: [{ value: "plain:shy-secret" }], scope: orders.read stock.read, default_scope: stock.read }
          - { client_id: bare, grant_types: [client_credentials], client_secrets: [{ value: "plain:bare-secret" }] }
          - { client_id: app, grant_types: [password], client_secrets: [{ value: "plain:app-secret" }], scope: openid profile contact orders.read }
        """;

    [TestCase("machine", "orders.write", "orders.write")]
    [TestCase("machine", "lonely orders.read", "lonely orders.read", Description = "in the order of the request")]
    [TestCase("machine", " orders.read  orders.read ", "orders.read", Description = "repeats and blanks are dropped")]
    [TestCase(
        "machine",
        null,
        "orders.read orders.write stock.read lonely contact",
        Description = "all it may ask for, without what speaks of a user")]
    [TestCase("machine", "", "orders.read orders.write stock.read lonely contact", Description = "an empty value is none")]
    [TestCase("shy", null, "stock.read", Description = "its default")]
    [TestCase("shy", "orders.read", "orders.read")]
    [TestCase("bare", null, null)]
    [Spec("RFC 6749", "3.3")]
    public async Task A_client_gets_what_it_asks_for_or_its_default(string clientId, string? asked, string? granted)
    {
        var answer = await Client.MachineAsync(clientId, asked);

        Assert.That(answer["scope"], Is.EqualTo(granted), answer.ToString());
        Assert.That(
            new JsonWebToken(answer["access_token"]).TryGetValue("scope", out string? inToken) ? inToken : null, Is.EqualTo(granted));
    }

    [TestCase("admin", Description = "no such scope")]
    [TestCase("ORDERS.READ", Description = "another case")]
    [TestCase("orders.read admin", Description = "one of two")]
    [TestCase("openid", Description = "speaks of a user, and there is none")]
    [TestCase("orders.read \"quoted\"")]
    [TestCase("orders.read\\")]
    [TestCase("órders")]
    [Spec("RFC 6749", "3.3")]
    public async Task A_scope_that_is_foreign_malformed_or_without_meaning_is_refused(string asked)
    {
        var answer = await Client.MachineAsync("machine", asked);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_scope")), answer.ToString());
    }

    [TestCase(129, 400)]
    [TestCase(8_000, 400)]
    [TestCase(100_000, 413)]
    [Spec("ASSURANCE", "I9")]
    public async Task Very_many_scopes_are_refused_before_any_work_is_done(int count, int status)
    {
        await Client.MachineAsync("machine");
        var asked = string.Join(' ', Enumerable.Range(0, count).Select(i => i.ToString("x", null)));

        var watch = Stopwatch.StartNew();
        var answer = await Client.MachineAsync("machine", asked);

        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)), "a bound that holds on a busy machine too");
    }

    [TestCase("orders.read", "orders")]
    [TestCase("orders.write", "orders stock", Description = "one scope of two APIs")]
    [TestCase("stock.read orders.read", "stock orders", Description = "in the order of the scopes")]
    [TestCase("lonely", Installation.Issuer, Description = "of no API: for the server itself")]
    [Spec("RFC 9068", "3")]
    public async Task The_audience_follows_from_the_scopes(string asked, string audiences)
    {
        var token = new JsonWebToken((await Client.MachineAsync("machine", asked))["access_token"]);

        Assert.That(token.Audiences, Is.EqualTo(audiences.Split(' ')));
        foreach (var audience in audiences.Split(' '))
            Assert.That((await ResourceServer.CheckAsync(Hub, token.EncodedToken, audience)).IsValid, Is.True, audience);
    }

    [Test]
    public async Task A_scope_puts_its_claims_of_the_user_into_the_token()
    {
        var token = new JsonWebToken((await Client.LoginAsync("app", scope: "openid contact"))["access_token"]);
        var without = new JsonWebToken((await Client.LoginAsync("app", scope: "openid profile"))["access_token"]);
        var machine = new JsonWebToken((await Client.MachineAsync("machine", "contact"))["access_token"]);

        Assert.Multiple(() =>
        {
            Assert.That(
                (token.GetClaim("email").Value, token.GetClaim("phone_number").Value), Is.EqualTo(("alice@example.com", "+27761234567")));
            Assert.That(without.TryGetClaim("email", out _), Is.False);
            Assert.That(without.TryGetClaim("name", out _), Is.False, "profile is for userinfo");
            Assert.That(machine.TryGetClaim("email", out _), Is.False, "no user, no claims");
        });
    }
}
