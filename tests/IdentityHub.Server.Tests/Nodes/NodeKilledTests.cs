using System.Diagnostics;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>A node is killed while clients rotate their refresh tokens over both.</summary>
[NonParallelizable]
[Spec("ASSURANCE", "F1")]
public class NodeKilledTests
{
    private const int Clients = 8;
    private const int Rounds = 40;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(30);

    private static readonly string Config = SharedConfig.Yaml.Replace("grace: 0s", "grace: 5s", StringComparison.Ordinal);

    [Test]
    public async Task F1_A_node_that_is_killed_loses_nothing_acknowledged_lets_nothing_be_used_twice_and_is_back_within_ten_seconds()
    {
        await using var installation = await Installation.CreateAsync(Config, DatabaseKind.Postgres);
        var nodes = await Task.WhenAll(installation.StartProcessAsync(), installation.StartProcessAsync());
        var (a, b) = (nodes[0], nodes[1]);
        var clients = new List<RotatingClient>();
        for (var i = 0; i < Clients; i++)
            clients.Add(
                new RotatingClient(
                    [a.Client, b.Client], (await a.Client.LoginAsync(SharedConfig.StrictApp))["refresh_token"]!, SharedConfig.StrictApp));

        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(stop.Token))));
        await RotateAsync(clients);
        var sinceFirst = Stopwatch.StartNew();
        a.Kill();
        await RotateAsync(clients);
        var sinceStart = Stopwatch.StartNew();
        a.Start();
        await a.WaitUntilReadyAsync();
        var back = sinceStart.Elapsed;
        await RotateAsync(clients);
        await Eventually.TrueAsync(() => sinceFirst.Elapsed > Grace, Grace * 2, "the grace window of the first tokens is over");
        await stop.CancelAsync();
        await running;

        Assert.That(clients.SelectMany(client => client.Faults), Is.Empty);
        Assert.That(back, Is.LessThan(TimeSpan.FromSeconds(10)));
        foreach (var client in clients)
            await AssertHistoryHoldsAsync(client, a.Client, b.Client);
    }

    private static async Task AssertHistoryHoldsAsync(RotatingClient client, HttpClient a, HttpClient b)
    {
        var kept = await a.RefreshAsync(SharedConfig.StrictApp, client.Newest);
        Assert.That(kept.Status, Is.EqualTo(200), $"the newest acknowledged token: {kept}");

        var replayed = await b.RefreshAsync(SharedConfig.StrictApp, client.Oldest);
        Assert.That(replayed["error"], Is.EqualTo("invalid_grant"), "the oldest token");
        Assert.That(
            (await a.RefreshAsync(SharedConfig.StrictApp, kept["refresh_token"]!)).Status, Is.EqualTo(400),
            "its replay has ended the family");
    }

    private static Task<TimeSpan> RotateAsync(IReadOnlyList<RotatingClient> clients)
    {
        var goal = clients.Sum(client => client.Rotations) + (Clients * Rounds);
        return Eventually.TrueAsync(
            () => clients.Sum(client => client.Rotations) >= goal || clients.Any(client => !client.Faults.IsEmpty), LongestRound,
            "the clients rotate");
    }
}
