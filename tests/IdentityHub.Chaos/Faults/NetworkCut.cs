namespace IdentityHub.Chaos.Faults;

/// <summary>Nothing passes between the nodes and the database, and neither side is told.</summary>
internal sealed class NetworkCut : IFault
{
    public string Name => "network-cut";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        cluster.Network.Cut();
        await Task.Delay(time);
        cluster.Network.Mend();
    }
}
