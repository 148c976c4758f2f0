using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>300 calls a minute of one credential at one endpoint: one count for all nodes.</summary>
[Spec("contracts/service-user-and-client-accounts.md", "Rate limit")]
public class CallLimitTests
{
    [Test]
    public async Task Calls_on_both_nodes_share_one_count_and_endpoints_and_users_do_not()
    {
        await using var installation = await Installation.CreateAsync(ServiceUsers.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var (api, other) = (await a.Client.ApiTokenAsync(), await a.Client.ApiTokenAsync("regional"));

        var answers = await Requests.AtOnceAsync(310, [a.Client, b.Client], (node, _) =>
            node.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", api));

        Assert.That(answers.Count(answer => answer.Status == 400), Is.EqualTo(300));
        Assert.That(answers.Count(answer => answer.Status == 429), Is.EqualTo(10));
        Assert.That(
            answers
                .Where(answer => answer.Status == 400)
                .Select(answer => int.Parse(answer.Header("RateLimit-Remaining")!, System.Globalization.CultureInfo.InvariantCulture))
                .Order(),
            Is.EqualTo(Enumerable.Range(0, 300)), "each call is told another number");
        Assert.That(
            (await b.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", api)).Header("Retry-After"), Is.EqualTo("60"));

        Assert.That(
            (await a.Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, "{}", api)).Status, Is.EqualTo(400), "another endpoint");
        Assert.That(
            (await a.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", other)).Status, Is.EqualTo(400),
            "another user");
        Assert.That(
            (await a.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", "no-token")).Header("RateLimit-Remaining"),
            Is.EqualTo("299"), "nobody: the address");
        installation.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(
            (await b.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, "{}", api)).Header("RateLimit-Remaining"),
            Is.EqualTo("299"), "another minute");
    }

    [TestCase(DatabaseKind.Sqlite)]
    [TestCase(DatabaseKind.Postgres)]
    public async Task A_call_is_counted_in_one_statement_and_a_full_minute_costs_none(DatabaseKind kind)
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);
        var statements = 0;
        hub.BeforeStatement = (statement, _) =>
        {
            if (statement.Contains("counters", StringComparison.Ordinal))
                Interlocked.Increment(ref statements);
            return Task.CompletedTask;
        };

        for (var i = 0; i < 320; i++)
            await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, "{}");

        Assert.That(statements, Is.EqualTo(301));
    }
}
