using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>What a guesser can change about a request does not give him a fresh limit.</summary>
[Spec("ASSURANCE", "B7")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class LimitKeyTests(DatabaseKind kind)
{
    private static readonly string[][] OneSubject =
    [
        ["alice", "ALICE", " alice ", "ａｌｉｃｅ", "aLiCe　", "alice\t", "ALICE"],
        [
            "alice@example.com", "Alice@Example.COM", "ａｌｉｃｅ@example.com", " alice@example.com", "alice@example.com ", "ALICE@EXAMPLE.COM",
            "alice@EXAMPLE.com"
        ],
        ["+27761234567", "+27 76 123 4567", "0027761234567", "+27-76-123-4567", "+27.76.123.4567", "+27 (76) 1234567", "00 27 76 1234567"],
    ];

    private readonly RecordingHasher _hasher = new();

    [TestCaseSource(nameof(OneSubject))]
    public async Task B7_Ways_of_writing_one_name_forwarded_addresses_and_extra_fields_share_one_limit(params string[] names)
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register);

        for (var i = 0; i < names.Length; i++)
            Assert.That((await GuessAsync(hub.Client, names[i], $"wrong-{i}", i)).Status, Is.EqualTo(400));
        Assert.That(await _hasher.EvaluationsOfAsync(hub, SharedConfig.Alice), Is.EqualTo(5));

        foreach (var name in names)
            Assert.That(
                (await GuessAsync(hub.Client, name, SharedConfig.Password, 99)).Status, Is.EqualTo(400),
                $"the right password for '{name}'");
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(
            (await GuessAsync(hub.Client, names[^1], SharedConfig.Password, 100)).Status, Is.EqualTo(200), "each of them names the user");
    }

    [Test]
    public async Task B7_A_trusted_proxy_says_who_calls_and_a_caller_cannot_add_to_what_it_says()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        const string attacker = "203.0.113.7";
        for (var i = 0; i < 5; i++)
            await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: attacker);

        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: attacker)).Status, Is.EqualTo(400), "the attacker's address");
        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, from: $"198.51.100.1, {attacker}")).Status, Is.EqualTo(400),
            "what the attacker wrote before it");
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.1")).Status, Is.EqualTo(200), "another address");
    }

    [Test]
    public async Task B7_Forwarded_addresses_are_read_as_far_as_the_chain_of_trusted_proxies_goes()
    {
        await using var hub = await Hub.StartAsync(
            SharedConfig.Yaml, kind, null, ("IdentityHub:TrustedProxies", "127.0.0.1, ::1, 10.0.0.0/8"));
        for (var i = 0; i < 5; i++)
            await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: "203.0.113.7, 10.0.0.1");

        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, from: "203.0.113.7, 10.0.0.2")).Status, Is.EqualTo(400),
            "the same user by another edge");
        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.1, 203.0.113.7, 10.0.0.1")).Status, Is.EqualTo(400),
            "what a user wrote before it");
        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.1, 10.0.0.1")).Status, Is.EqualTo(200),
            "another user by the same edge");
    }

    [Test]
    public async Task B7_Forwarded_addresses_of_two_trusted_edges_do_not_share_the_budget_of_an_address()
    {
        await using var hub = await Hub.StartAsync(
            SharedConfig.Yaml, kind, _hasher.Register, ("IdentityHub:TrustedProxies", "127.0.0.1, ::1, 10.0.0.0/8"));
        for (var i = 0; i < 110; i++)
            await hub.Client.LoginAsync(SharedConfig.App, $"user-{i}", "wrong", from: $"203.0.113.{i}, 10.0.0.1");

        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.1, 10.0.0.1")).Status, Is.EqualTo(200),
            "an honest user by the same edge");
    }

    [Test]
    public async Task B7_The_names_of_one_user_share_the_guesses_and_no_answer_tells_it()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register);
        var seen = new List<string>();
        foreach (var name in new[] { "alice", "alice@example.com", "+27761234567" })
        {
            for (var i = 0; i < 4; i++)
                seen.Add((await hub.Client.LoginAsync(SharedConfig.App, name, "wrong")).Seen());
        }

        Assert.That(await _hasher.EvaluationsOfAsync(hub, SharedConfig.Alice), Is.EqualTo(5));
        Assert.That(seen.Distinct().Count(), Is.EqualTo(1));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, "alice@example.com")).Status, Is.EqualTo(400));
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, "alice@example.com")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task B7_A_forwarded_address_from_a_stranger_does_not_count()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, ("IdentityHub:TrustedProxies", "192.0.2.1, 10.0.0.0/8"));
        for (var i = 0; i < 5; i++)
            await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: $"203.0.113.{i}");

        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.1")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task B7_One_IPv6_customer_has_one_limit()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        for (var i = 0; i < 5; i++)
            await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: $"2001:db8:1:1::{i + 1}");

        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: "2001:db8:1:1:ffff::9")).Status, Is.EqualTo(400), "the same /64");
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: "2001:db8:1:2::1")).Status, Is.EqualTo(200), "another /64");
    }

    private static Task<Answer> GuessAsync(HttpClient node, string name, string password, int turn)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token").WithForm(
            ("grant_type", "password"), ("client_id", SharedConfig.AppId), ("username", name), ("password", password), ($"x_{turn}", "1"));
        request.Headers.Add("X-Forwarded-For", $"203.0.113.{turn}");
        request.Headers.Add("Forwarded", $"for=203.0.113.{turn}");
        request.Headers.Add("X-Real-IP", $"203.0.113.{turn}");
        request.Headers.Add("User-Agent", $"agent-{turn}");
        return node.AnswerAsync(request);
    }
}
