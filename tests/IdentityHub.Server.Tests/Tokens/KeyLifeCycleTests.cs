using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Tokens;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Tokens;

/// <summary>The key ring as a verifier sees it who looks once a day.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "F6")]
public class KeyLifeCycleTests(DatabaseKind kind)
{
    private const string Config = Parts.Apis +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
          - { client_id: rsa, grant_types: [client_credentials], client_secrets: [{ value: "plain:rsa-secret" }], scope: orders.read, access_token_signed_response_alg: RS256 }
        """;

    private const int Days = 200;

    // What runs every second or minute would run millions of times, and has nothing to do with keys.
    private static readonly string?[] FrequentLoops = ["ConfigRefresh", "CleanUp"];

    // Published 14 days before: a daily look may be a day late.
    private const int Announced = 13;

    [Test]
    public async Task Over_200_days_every_key_is_published_long_before_it_signs_and_long_enough_after()
    {
        await using var hub = await Hub.StartAsync(Config, kind, WithoutFrequentLoops);
        var reads = new KeyReads(hub);
        var ring = hub.Services.GetRequiredService<KeyRing>();
        var firstSeen = new Dictionary<string, int>();
        var firstSigned = new Dictionary<string, int>();
        var lastDay = new List<string>();

        for (var day = 0; day <= Days; day++)
        {
            var published = new JsonWebKeySet((await ResourceServer.PublishedKeysAsync(hub)).Body).Keys.Select(key => key.Kid).ToHashSet();
            foreach (var kid in published)
                firstSeen.TryAdd(kid, day);
            foreach (var token in lastDay)
                Assert.That(published, Does.Contain(new JsonWebToken(token).Kid), $"a token of the day before can be checked on day {day}");

            lastDay = await SignAsync(hub);
            foreach (var token in lastDay)
            {
                firstSigned.TryAdd(new JsonWebToken(token).Kid, day);
                Assert.That((await ResourceServer.CheckAsync(hub, token, "orders")).IsValid, Is.True, $"day {day}");
            }

            var before = reads.Count;
            hub.Time.Advance(TimeSpan.FromDays(1));
            await reads.WaitAsync(before + 1);

            // The read that was counted may have begun on the day before; after this one the node knows the ring of today.
            await ring.RefreshAsync(CancellationToken.None);
        }

        Assert.That(firstSigned, Has.Count.EqualTo(6), "two algorithms, a new key after 90 and after 180 days");
        foreach (var (kid, day) in firstSigned.Where(signed => signed.Value > 0))
            Assert.That(
                day - firstSeen[kid], Is.GreaterThanOrEqualTo(Announced), $"first seen on day {firstSeen[kid]}, signs on day {day}");
    }

    private static void WithoutFrequentLoops(IServiceCollection services)
    {
        foreach (var loop in services.Where(service => FrequentLoops.Contains(service.ImplementationType?.Name)).ToList())
            services.Remove(loop);
    }

    private static async Task<List<string>> SignAsync(Hub hub)
    {
        var tokens = new List<string>();
        foreach (var clientId in new[] { "machine", "rsa" })
        {
            var answer = await hub.Client.MachineAsync(clientId);
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            tokens.Add(answer["access_token"]!);
        }

        return tokens;
    }

    /// <summary>Counts how often a node has read the keys from the database, so that a test can wait for the next time.</summary>
    private sealed class KeyReads
    {
        private volatile int _count;

        public KeyReads(Hub hub) => hub.BeforeStatement = (statement, _) =>
        {
            if (statement.Contains("FROM signing_keys", StringComparison.Ordinal))
                Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        };

        public int Count => _count;

        public Task<int> WaitAsync(int count) => Eventually.GetAsync(() => Task.FromResult(Count), seen => seen >= count);
    }
}
