using System.Diagnostics;

namespace IdentityHub.Chaos.Faults;

/// <summary>
/// The nodes are of another version, and are replaced by this one while they are used: <c>hub db migrate</c> of this version first, a node
/// of the other version that is killed and started again on the new tables, then one node after the other. ASSURANCE F5.
/// </summary>
internal sealed class Upgrade : IFault
{
    public string Name => "upgrade";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var applied = await CommandLine.RunAsync(cluster, "db", "migrate");
        Console.WriteLine($"{applied.Trim()} ({watch.Elapsed.TotalSeconds:0.0} s)");
        await Task.Delay(time);

        cluster.Nodes[1].Kill();
        cluster.Nodes[1].Start();
        await cluster.Nodes[1].WaitUntilReadyAsync();
        await Task.Delay(time / 2);

        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            var old = cluster.Nodes[i];
            cluster.Replace(i, await cluster.StartStagingNodeAsync());
            old.Terminate();
            if (await old.WaitForExitAsync() is not 0 and var code)
                throw new InvalidOperationException($"A node of the other version that was stopped has ended with exit code {code}.");
            Console.WriteLine($"node {i} is of this version");
            await Task.Delay(time);
        }
    }
}
