using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>The <c>jti</c> of a customer's token is used up for all nodes and all endpoints at once.</summary>
[Spec("ASSURANCE", "R7")]
[Spec("RFC 7523", "3")]
public class CustomerTokenReplayTests
{
    [Test]
    public async Task R7_A_customers_token_with_a_jti_that_one_node_has_accepted_is_refused_by_the_other_at_every_endpoint()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        await a.Client.TenantUserAsync("ann");

        foreach (var first in new[] { true, false })
        {
            var token = OneTime(a);
            Assert.That(first ? (await a.Client.ExchangeAsync(token)).Status : (await ReadAsync(a, token)).Status, Is.EqualTo(200));
            foreach (var node in new[] { a, b })
            {
                Assert.That((await node.Client.ExchangeAsync(token))["error"], Is.EqualTo("invalid_grant"));
                Assert.That((await ReadAsync(node, token)).Refusal(), Is.EqualTo((401, "UNAUTHORIZED")));
            }
        }
    }

    [Test]
    public async Task R7_A_copy_that_is_refused_for_anything_else_does_not_use_the_token_up()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        await a.Client.TenantUserAsync("ann");
        var jti = Guid.NewGuid().ToString();
        var (token, forged) = (OneTime(a, jti), OneTime(a, jti, Tenants.OtherKey));
        var swapped = token[..token.LastIndexOf('.')] + forged[forged.LastIndexOf('.')..];

        Assert.That((await ReadAsync(b, forged)).Status, Is.EqualTo(401));
        Assert.That((await b.Client.ExchangeAsync(swapped))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await b.Client.ExchangeAsync(token, "of-other"))["error"], Is.EqualTo("invalid_grant"), "a client of another tenant");
        Assert.That((await b.Client.ExchangeAsync(token, scope: "unknown"))["error"], Is.EqualTo("invalid_scope"));
        Assert.That(
            (await b.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("bob"), token)).Status, Is.EqualTo(403), "another user");
        Assert.That((await a.Client.ExchangeAsync(token)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task R7_Of_twenty_parallel_exchanges_of_one_token_over_two_nodes_exactly_one_succeeds()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        await a.Client.TenantUserAsync("ann");
        foreach (var node in new[] { a, b })
            await node.Client.ExchangeAsync(node.ReadToken("ann"));
        var token = OneTime(a);
        static bool Uses(string statement) => statement.Contains("INTO used_identifiers", StringComparison.Ordinal);
        var (atA, atB) = (
            new Rendezvous(10) { Hold = TimeSpan.FromSeconds(30) }.At(a.Database, Uses),
            new Rendezvous(10) { Hold = TimeSpan.FromSeconds(30) }.At(b.Database, Uses));

        var answers = await Requests.AtOnceAsync(20, [a.Client, b.Client], (node, _) => node.ExchangeAsync(token));

        Assert.That(atA.Met && atB.Met, Is.True, "nothing has raced");
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer["error"] == "invalid_grant"), Is.EqualTo(19));
    }

    [Test]
    public async Task R7_A_customers_token_that_is_good_for_ten_years_is_refused_where_it_would_have_to_be_remembered()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, DatabaseKind.Postgres);
        var node = await installation.StartNodeAsync();
        await node.Client.TenantUserAsync("ann");

        foreach (var jti in new[] { ",\"jti\":\"ten-years\"", "" })
        {
            var token = Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{node.In(TimeSpan.FromDays(3650))}}{{jti}}}""");
            Assert.That((await node.Client.ExchangeAsync(token))["error"], Is.EqualTo("invalid_grant"), jti);
            Assert.That((await ReadAsync(node, token)).Status, Is.EqualTo(jti.Length > 0 ? 401 : 200), jti);
        }

        foreach (var jti in new[] { "1", "\"\"", "null", $"\"{new string('j', 257)}\"" })
        {
            var token = Tenants.Sign(
                $$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{node.In(TimeSpan.FromMinutes(1))}},"jti":{{jti}}}""");
            Assert.That((await ReadAsync(node, token)).Status, Is.EqualTo(401), jti);
        }

        Assert.That(
            (await ReadAsync(node, Tenants.Sign("""{"user":{"id":"ann","accountId":"acc-1"},"jti":"endless"}"""))).Status, Is.EqualTo(401),
            "no exp");
    }

    private static Task<Answer> ReadAsync(Hub node, string token) =>
        node.Client.OpenWithTokenAsync(HttpMethod.Get, Tenants.UserPath("ann"), token);

    private static string OneTime(Hub node, string? jti = null, string key = Tenants.Key) =>
        Tenants.Sign(
            $$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{node.In(TimeSpan.FromMinutes(5))}},"jti":"{{jti ?? Guid.NewGuid().ToString()}}"}""",
            key);
}
