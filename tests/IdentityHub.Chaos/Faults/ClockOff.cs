using System.Globalization;

namespace IdentityHub.Chaos.Faults;

/// <summary>The clock of one node is ten seconds ahead, then ten behind (libfaketime). ASSURANCE F7.</summary>
internal sealed class ClockOff : IFault
{
    private static readonly string? Library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles(
                "/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
            .FirstOrDefault()
        : null;

    public string Name => "clock-off";

    public string? Missing => Library is null ? "libfaketime is not on this machine" : null;

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        foreach (var seconds in new[] { 10, -10 })
        {
            cluster.Nodes[1].Kill();
            cluster.Replace(
                1,
                await cluster.StartNodeAsync(
                    ("LD_PRELOAD", Library!), ("FAKETIME", seconds.ToString("+0;-0", CultureInfo.InvariantCulture)),
                    ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("FAKETIME_NO_CACHE", "0")));
            await Task.Delay(time / 2);
        }

        cluster.Nodes[1].Kill();
        cluster.Replace(1, await cluster.StartNodeAsync());
    }
}
