using System.Globalization;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>One address that fails for many users is stopped, whoever the users are.</summary>
[Spec("ASSURANCE", "B4")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class AddressBudgetTests(DatabaseKind kind)
{
    private const int Budget = 100;
    private const string Attacker = "203.0.113.7";
    private readonly RecordingHasher _hasher = new();

    [Test]
    public async Task B4_After_a_hundred_users_an_address_is_answered_429_whomever_it_names_until_ten_minutes_have_passed()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        for (var i = 0; i < Budget; i++)
            Assert.That(
                (await hub.Client.LoginAsync(SharedConfig.App, $"user-{i}", "Summer-2026", from: Attacker)).Status, Is.EqualTo(400));

        var blocked = new List<Answer>();
        foreach (
            var (user, password) in new[] { ("alice", "wrong"), ("alice", SharedConfig.Password), ("bob", "wrong"), ("nobody", "wrong") })
            blocked.Add(await hub.Client.LoginAsync(SharedConfig.App, user, password, from: Attacker));

        Assert.That(blocked.Select(answer => answer.Seen()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(blocked[0].Status, Is.EqualTo(429));
        Assert.That(int.Parse(blocked[0].Header("Retry-After")!, CultureInfo.InvariantCulture), Is.EqualTo(600));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.9")).Status, Is.EqualTo(200), "another address");
        Assert.That(
            (await hub.Client.MachineAsync(SharedConfig.Machine, from: Attacker)).Status, Is.EqualTo(200),
            "a client's secret is another matter");
        hub.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: Attacker)).Status, Is.EqualTo(200), "ten minutes later");
    }

    [Test]
    public async Task B4_Guesses_that_arrive_all_at_once_share_the_budget()
    {
        await using var hub = await Hub.StartAsync(
            SharedConfig.Yaml, kind, _hasher.Register, Callers.BehindProxy, ("IdentityHub:Passwords:QueuePerCore", "1000"));
        var before = _hasher.Work;

        var answers = await Requests.AtOnceAsync(2 * Budget, [hub.Client], (node, i) =>
            node.LoginAsync(SharedConfig.App, $"user-{i}", "Summer-2026", from: Attacker));

        Assert.That(answers.Count(answer => answer.Status == 400), Is.EqualTo(Budget));
        Assert.That(answers.Count(answer => answer.Status == 429), Is.EqualTo(Budget));

        // One more: the hash that is verified where there is none.
        Assert.That(_hasher.Work - before, Is.EqualTo(Budget + 1));
    }

    [Test]
    public async Task B4_Who_logs_in_rightly_many_times_at_once_does_not_pay_for_his_failures()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        for (var i = 0; i < Budget - 1; i++)
            await hub.Client.LoginAsync(SharedConfig.App, $"user-{i}", "Summer-2026", from: Attacker);

        // An attacker with one account of his own: its right password takes back what it has cost, not more.
        for (var i = 0; i < 5; i++)
        {
            var own = await Requests.AtOnceAsync(8, [hub.Client], (node, _) => node.LoginAsync(SharedConfig.App, from: Attacker));
            Assert.That(own.Select(answer => answer.Status), Is.All.AnyOf(200, 429, 503));
        }

        await hub.Client.LoginAsync(SharedConfig.App, "user-99", "Summer-2026", from: Attacker);
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, "user-100", "Summer-2026", from: Attacker)).Status, Is.EqualTo(429));
    }
}
