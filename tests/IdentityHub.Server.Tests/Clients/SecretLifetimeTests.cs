using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Clients;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Clients;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class SecretLifetimeTests(DatabaseKind kind)
{
    // The clock starts at 2026-11-22T12:00:00Z.
    private const string Config = Parts.Apis +
        """
        clients:
          - client_id: machine
            grant_types: [client_credentials]
            client_secrets:
              - { value: "plain:old", expires_at: 2026-12-10T00:00:00Z }
              - { value: "plain:new", not_before: 2026-12-01T00:00:00Z, expires_at: 2027-12-01T00:00:00Z }
        """;

    [Test]
    public async Task A_secret_counts_from_its_beginning_to_its_end_and_two_overlap()
    {
        await using var hub = await Hub.StartAsync(Config, kind);

        Assert.That(await WhichAsync(hub), Is.EqualTo("old"));
        hub.Time.AdvanceTo(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.That(await WhichAsync(hub), Is.EqualTo("old new"));
        hub.Time.AdvanceTo(new DateTimeOffset(2026, 12, 10, 0, 0, 0, TimeSpan.Zero));
        Assert.That(await WhichAsync(hub), Is.EqualTo("new"));
        hub.Time.AdvanceTo(new DateTimeOffset(2027, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.That(await WhichAsync(hub), Is.EqualTo(""));
    }

    [Test]
    public async Task Each_secret_knows_when_it_last_proved_the_client()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var (store, old) = (hub.Services.GetRequiredService<ClientSecretUseStore>(), Fingerprint("old"));
        hub.Time.AdvanceTo(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero));
        await hub.Client.MachineAsync(new TestClient("machine", "old"));
        await hub.Client.MachineAsync(new TestClient("machine", "wrong"));
        var first = await Eventually.GetAsync(() => store.ListAsync("machine", CancellationToken.None), uses => uses.Count > 0);

        hub.Time.Advance(TimeSpan.FromSeconds(59));
        await hub.Client.MachineAsync(new TestClient("machine", "old"));
        hub.Time.Advance(TimeSpan.FromMinutes(5));
        await hub.Client.MachineAsync(new TestClient("machine", "new"));
        var second = await Eventually.GetAsync(() => store.ListAsync("machine", CancellationToken.None), uses => uses.Count > 1);
        await hub.Client.MachineAsync(new TestClient("machine", "old"));
        var third = await Eventually.GetAsync(
            () => store.ListAsync("machine", CancellationToken.None), uses => uses[old] > first[old]);

        var now = hub.Time.GetUtcNow();
        Assert.That(first, Is.EqualTo(new Dictionary<string, DateTimeOffset> { [old] = now.AddSeconds(-359) }));
        Assert.That((second[old], second[Fingerprint("new")]), Is.EqualTo((now.AddSeconds(-359), now)));
        Assert.That(third[old], Is.EqualTo(now));

        static string Fingerprint(string secret) => new SecretDigest { Digest = TokenHash.Of(secret) }.Fingerprint;
    }

    private static async Task<string> WhichAsync(Hub hub)
    {
        var accepted = new List<string>();
        foreach (var secret in new[] { "old", "new" })
        {
            var answer = await hub.Client.MachineAsync(new TestClient("machine", secret));
            if (answer.Status == 200)
                accepted.Add(secret);
            else
                Assert.That((answer.Status, answer["error"]), Is.EqualTo((401, "invalid_client")), answer.ToString());
        }

        return string.Join(' ', accepted);
    }
}
