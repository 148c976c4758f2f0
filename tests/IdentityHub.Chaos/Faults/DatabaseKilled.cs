namespace IdentityHub.Chaos.Faults;

/// <summary>kill -9 of every process of PostgreSQL; it is started again after the time. ASSURANCE F2, F3.</summary>
internal sealed class DatabaseKilled : IFault
{
    public string Name => "database-killed";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        await cluster.Postgres.KillAsync();
        await Task.Delay(time);
        await cluster.Postgres.RestartAsync();
    }
}
