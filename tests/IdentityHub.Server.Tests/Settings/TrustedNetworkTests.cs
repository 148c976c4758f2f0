using IdentityHub.Server.Limits;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Settings;

/// <summary>The settings multiply and lift every limit that is counted for an address; those of users stay.</summary>
[Spec("ASSURANCE", "B7")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class TrustedNetworkTests(DatabaseKind kind)
{
    private const string Lifted = "10.1.2.3", Doubled = "203.0.113.7", Other = "203.0.113.8", LiftedIPv6 = "2001:db8::1";
    private static readonly (string Key, string Value) Networks = (
        "IdentityHub:Limits:TrustedNetworks", "10.1.0.0/16, 203.0.113.7=2, 2001:db8::/32");
    private readonly RecordingHasher _hasher = new();

    [Test]
    public async Task B7_The_settings_lift_and_multiply_the_budget_of_failing_names()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register, Callers.BehindProxy, Networks);
        var refused = new Dictionary<string, int>();
        foreach (var (address, names) in new[] { (Lifted, 205), (Doubled, 205), (LiftedIPv6, 205), (Other, 105) })
            refused[address] = await RefusalsAsync(names, async i =>
                (await hub.Client.LoginAsync(SharedConfig.App, $"user-{i}", "wrong", from: address)).Status == 429);

        Assert.That(refused, Is.EqualTo(new Dictionary<string, int> { [Lifted] = 0, [Doubled] = 5, [LiftedIPv6] = 0, [Other] = 5 }));
    }

    [Test]
    public async Task B7_The_settings_lift_and_multiply_the_limit_of_calls_of_an_address()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind, null, Callers.BehindProxy, Networks);
        var answers = new Dictionary<string, List<Answer>>();
        foreach (var (address, calls) in new[] { (Lifted, 65), (Doubled, 65), (Other, 35) })
        {
            answers[address] = [];
            for (var i = 0; i < calls; i++)
            {
                answers[address]
                    .Add(
                        await hub.Client.CallAsync(
                            "POST", $"/password/reset/{Guid.NewGuid()}", """{"email":"somebody@example.com"}""",
                            headers: ("X-Forwarded-For", address)));
            }
        }

        var refused = answers.ToDictionary(of => of.Key, of => of.Value.Count(answer => answer.Status == 429));
        Assert.That(refused, Is.EqualTo(new Dictionary<string, int> { [Lifted] = 0, [Doubled] = 5, [Other] = 5 }));
        var reset = await hub.Client.CallAsync("PUT", "/password/reset", "{}", headers: ("X-Forwarded-For", Doubled));
        Assert.That(
            (reset.Header("RateLimit-Limit"), reset.Header("RateLimit-Remaining")), Is.EqualTo(("120", "119")),
            "what an answer says of it");
    }

    [Test]
    public async Task B7_The_settings_lift_and_multiply_the_limit_of_sign_ups()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Networks);
        var limit = hub.Services.GetRequiredService<SignUpLimit>();
        var refused = new Dictionary<string, int>();
        foreach (var (address, names) in new[] { (Lifted, 105), (Doubled, 105), (Other, 55) })
            refused[address] = await RefusalsAsync(names, async _ =>
                await limit.CountAsync(hub.NewRequestContext(address), CancellationToken.None) is not null);

        Assert.That(refused, Is.EqualTo(new Dictionary<string, int> { [Lifted] = 0, [Doubled] = 5, [Other] = 5 }));
    }

    [Test]
    public async Task B7_A_trusted_network_does_not_lift_the_limit_of_a_user()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register, Callers.BehindProxy, Networks);
        for (var i = 0; i < 10; i++)
            await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: Lifted);

        Assert.That(await _hasher.EvaluationsOfAsync(hub, SharedConfig.Alice), Is.EqualTo(5));
    }

    private static async Task<int> RefusalsAsync(int count, Func<int, Task<bool>> isRefused)
    {
        var refused = 0;
        for (var i = 0; i < count; i++)
            refused += await isRefused(i) ? 1 : 0;
        return refused;
    }
}
