using IdentityHub.Server.Audit;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Clients;

/// <summary>Guesses at client secrets are limited as passwords are, and do not disturb who knows the secret.</summary>
[Spec("ASSURANCE", "B9")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class ClientSecretGuessTests(DatabaseKind kind)
{
    [Test]
    public async Task B9_Of_two_hundred_parallel_wrong_secrets_five_are_evaluated_and_then_the_right_one_is_refused_in_the_same_words()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);

        var answers = await Requests.AtOnceAsync(200, [hub.Client], (node, i) =>
            node.MachineAsync(new TestClient(SharedConfig.Machine, $"wrong-{i}")));
        var right = await hub.Client.MachineAsync(SharedConfig.Machine);

        var refused = answers.Where(answer => answer.Status != 503).Select(answer => answer.Seen()).Distinct().ToList();
        Assert.That(refused, Has.Count.EqualTo(1));
        Assert.That((right.Status, right.Seen()), Is.EqualTo((401, refused[0])));
        Assert.That(
            (await ReasonsAsync(hub, 5 + RepeatedRefusals.MaxRowsOfOne)).Count(reason => reason == "client_secret_wrong"), Is.EqualTo(5));
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await hub.Client.MachineAsync(SharedConfig.Machine)).Status, Is.EqualTo(200), "after the block");
    }

    [Test]
    public async Task B9_A_client_that_does_not_exist_is_answered_and_limited_as_one_that_does()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);

        var seen = new List<string>();
        foreach (var clientId in new[] { SharedConfig.Machine, "nobody" })
        {
            for (var i = 0; i < 7; i++)
                seen.Add((await hub.Client.MachineAsync(new TestClient(clientId, $"wrong-{i}"))).Seen());
        }

        Assert.That(seen.Distinct().Count(), Is.EqualTo(1));
        var reasons = await ReasonsAsync(hub, seen.Count);
        Assert.That(reasons.CountBy(reason => reason).ToDictionary(), Is.EquivalentTo(
            new Dictionary<string, int> { ["client_secret_wrong"] = 5, ["client_unknown"] = 5, ["attempts_exhausted"] = 4 }));
    }

    [Test]
    public async Task B9_A_client_at_its_own_address_goes_on_while_others_guess()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        const string own = "198.51.100.9";
        Assert.That((await hub.Client.MachineAsync(SharedConfig.Machine, from: own)).Status, Is.EqualTo(200));

        // Twelve addresses with five guesses each: the limit over all addresses is reached too.
        for (var i = 0; i < 60; i++)
            Assert.That(
                (await hub.Client.MachineAsync(new TestClient(SharedConfig.Machine, "wrong"), from: $"203.0.113.{i % 12}")).Status,
                Is.EqualTo(401));

        Assert.That((await hub.Client.MachineAsync(SharedConfig.Machine, from: own)).Status, Is.EqualTo(200), "the client");
        Assert.That(
            (await hub.Client.MachineAsync(SharedConfig.Machine, from: "198.51.100.10")).Status, Is.EqualTo(401), "an address that is new");
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(
            (await hub.Client.MachineAsync(SharedConfig.Machine, from: "198.51.100.10")).Status, Is.EqualTo(200),
            "and a minute later: never a permanent lock");
    }

    [Test]
    public async Task B9_A_wrong_secret_from_the_clients_own_address_is_counted_too()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);
        Assert.That((await hub.Client.MachineAsync(SharedConfig.Machine)).Status, Is.EqualTo(200));

        for (var i = 0; i < 5; i++)
            Assert.That((await hub.Client.MachineAsync(new TestClient(SharedConfig.Machine, "wrong"))).Status, Is.EqualTo(401));

        Assert.That((await hub.Client.MachineAsync(SharedConfig.Machine)).Status, Is.EqualTo(401));
        Assert.That(await ReasonsAsync(hub, 6), Has.Exactly(5).EqualTo("client_secret_wrong").And.Exactly(1).EqualTo("attempts_exhausted"));
    }

    [Test]
    public async Task B9_Thirty_two_parallel_right_secrets_at_a_cold_node_all_succeed()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);

        var answers = await Requests.AtOnceAsync(32, [hub.Client], (node, _) => node.MachineAsync(SharedConfig.Machine));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    [Test]
    public async Task B9_Two_hundred_parallel_right_secrets_from_a_fresh_address_all_succeed()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);

        var answers = await Requests.AtOnceAsync(200, [hub.Client], (node, _) => node.MachineAsync(SharedConfig.Machine));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    private static async Task<List<string>> ReasonsAsync(Hub hub, int count)
    {
        List<string> reasons = [];
        await Eventually.TrueAsync(
            async () =>
            {
                await using var context = hub.NewContext();
                reasons = await context.AuditEvents.Where(audit => audit.Reason != null).Select(audit => audit.Reason!).ToListAsync();
                return reasons.Count >= count;
            },
            TimeSpan.FromSeconds(15),
            $"{count} refusals are in the audit trail");
        return reasons;
    }
}
