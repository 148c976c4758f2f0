using IdentityHub.Server.Audit;
using IdentityHub.Server.Background;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>A node that has the configuration files measures where the database differs from them.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class ConfigDriftTests(DatabaseKind kind)
{
    private const string Files = Parts.Apis +
        """
        clients:
          - { client_id: first, grant_types: [client_credentials], client_secrets: [{ value: "plain:first-secret" }], scope: orders.read }
          - { client_id: second, grant_types: [client_credentials], client_secrets: [{ value: "plain:second-secret" }], scope: orders.read }
        """;

    [Test]
    public async Task What_was_changed_in_the_database_by_hand_is_measured_and_warned_of_once()
    {
        await using var hub = await Hub.StartAsync(Files, kind);
        var before = await MeasureAsync(hub);
        await hub.Services.GetRequiredService<HubDatabase>()
            .Call("UPDATE config_objects SET document = replace(document, 'orders.read', 'orders.write') WHERE name = 'second'")
            .ExecuteAsync(CancellationToken.None);
        var changed = (await MeasureAsync(hub), await MeasureAsync(hub));
        hub.Installation.WriteConfig("clients: [{ client_idd: x }]");
        var unreadable = await MeasureAsync(hub);

        Assert.That((before, changed, unreadable), Is.EqualTo(((int?)0, ((int?)1, (int?)1), (int?)null)));
        Assert.That(hub.Logs.ToString().Split("1 object(s) of the database differ from the configuration files"), Has.Length.EqualTo(2));
    }

    private static async Task<int?> MeasureAsync(Hub hub)
    {
        await hub.Services.GetRequiredService<ConfigDrift>().RunOnceAsync(CancellationToken.None);
        return hub.Services.GetRequiredService<HubMetrics>().ConfigDrift;
    }
}
