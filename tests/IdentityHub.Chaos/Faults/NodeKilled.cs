namespace IdentityHub.Chaos.Faults;

/// <summary>kill -9 of a node, which is started again at once. ASSURANCE F1.</summary>
internal sealed class NodeKilled : IFault
{
    public string Name => "node-killed";

    public Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        cluster.Nodes[0].Kill();
        cluster.Nodes[0].Start();
        return cluster.Nodes[0].WaitUntilReadyAsync();
    }
}
