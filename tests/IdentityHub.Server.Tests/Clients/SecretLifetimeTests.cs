using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
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
