using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>
/// The server starts, in this process and in processes of its own, and nodes of one installation know each other's tokens.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class SmokeTests(DatabaseKind kind)
{
    private const string Config =
        """
        clients:
          - client_id: machine
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:machine-secret" }]
            scope: orders.read
            access_token_format: reference
        scopes:
          - { name: orders.read }
        api_resources:
          - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }
        """;

    [Test]
    public async Task A_node_in_this_process_issues_a_token_by_the_clock_of_the_test()
    {
        await using var hub = await Hub.StartAsync(Config, kind);

        var answer = await TokenAsync(hub.Client);
        var alive = await IntrospectAsync(hub.Client, answer);
        hub.Time.Advance(TimeSpan.FromHours(1));
        var dead = await IntrospectAsync(hub.Client, answer);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(alive["active"], Is.EqualTo("true"));
            Assert.That(alive["iat"], Is.EqualTo($"{FakeTime.Start.ToUnixTimeSeconds()}"));
            Assert.That(dead["active"], Is.EqualTo("false"));
        });
    }

    [Test]
    public async Task A_process_that_is_killed_and_started_again_still_knows_its_tokens_and_so_does_another_node()
    {
        await using var installation = await Installation.CreateAsync(Config, kind);
        var process = await installation.StartProcessAsync();
        var node = await installation.StartNodeAsync(TimeProvider.System);
        var answer = await TokenAsync(process.Client);

        process.Kill();
        var onOther = await IntrospectAsync(node.Client, answer);
        process.Start();
        await process.WaitUntilReadyAsync();
        var afterRestart = await IntrospectAsync(process.Client, answer);

        Assert.That(onOther["active"], Is.EqualTo("true"));
        Assert.That(afterRestart["active"], Is.EqualTo("true"));
    }

    [Test]
    public void A_server_that_cannot_start_fails_the_test_that_starts_it() =>
        Assert.That(async () => await Hub.StartAsync("clients: [{ client_idd: typo }]", kind), Throws.Exception);

    private static Task<Answer> TokenAsync(HttpClient client) =>
        client.MachineAsync("machine", "orders.read");

    private static Task<Answer> IntrospectAsync(HttpClient client, Answer issued) =>
        client.PostFormAsync(
            "/connect/introspect", ("token", issued["access_token"]!), ("client_id", "orders"), ("client_secret", "orders-secret"));
}
