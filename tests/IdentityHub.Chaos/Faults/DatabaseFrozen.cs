namespace IdentityHub.Chaos.Faults;

/// <summary>SIGSTOP of PostgreSQL: connections stay open and nothing answers. ASSURANCE F3.</summary>
internal sealed class DatabaseFrozen : IFault
{
    public string Name => "database-frozen";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        await cluster.Postgres.FreezeAsync();
        await Task.Delay(time);
        await cluster.Postgres.ThawAsync();
    }
}
