namespace IdentityHub.Chaos.Faults;

/// <summary>Every connection to the database is closed, and each new one at once.</summary>
internal sealed class DatabaseRefuses : IFault
{
    public string Name => "database-refuses";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        cluster.Network.Refuse();
        await Task.Delay(time);
        cluster.Network.Mend();
    }
}
