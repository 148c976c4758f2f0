namespace IdentityHub.Chaos.Faults;

/// <summary>SIGTERM to one node after the other, each started again before the next.</summary>
internal sealed class RollingRestart : IFault
{
    public string Name => "rolling-restart";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        foreach (var node in cluster.Nodes)
        {
            node.Terminate();
            if (await node.WaitForExitAsync() is not 0 and var code)
                throw new InvalidOperationException($"A node that was stopped has ended with exit code {code}.");
            node.Kill();
            node.Start();
            await node.WaitUntilReadyAsync();
        }
    }
}
