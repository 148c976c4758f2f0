using System.Diagnostics;
using System.Globalization;
using IdentityHub.Chaos.Load;

namespace IdentityHub.Chaos;

/// <summary>Half load for a long time: what a node holds must not grow.</summary>
internal static class Soak
{
    // Compilation, pools and caches are filled by then.
    private const int WarmMinutes = 2;

    // More than this in the end, compared with the end of the first minutes, is a leak.
    private const double MostGrowth = 1.3;

    private static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>Runs, and prints the memory and the handles of each node every minute.</summary>
    /// <returns>What was lost or has grown, a sentence each.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(int minutes, int clients)
    {
        await using var cluster = await Cluster.StartAsync();
        using var history = new History(Path.Combine(Path.GetTempPath(), $"identityhub-soak-{Environment.ProcessId}.jsonl"));
        var run = new LoadRun(cluster, history);
        var samples = new List<(long Memory, int Handles)[]>();
        Console.WriteLine("minute  answers  503  lost  node: memory MB, handles, threads");
        await using (new LoadGenerator(run, clients, half: true))
        {
            for (var minute = 1; minute <= minutes; minute++)
            {
                await Task.Delay(TimeSpan.FromMinutes(1), Clock);
                var (answered, unavailable, lost) = run.TakeCounts();
                var sample = cluster.Nodes.Select(node => Look(node.ProcessId)).ToArray();
                samples.Add([.. sample.Select(one => (one.Memory, one.Handles))]);
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{minute,6}  {answered,7}  {unavailable,3}  {lost,4}  ")
                        + string.Join("   ", sample.Select(one => $"{one.Memory / (1024 * 1024)}, {one.Handles}, {one.Threads}")));
            }
        }

        history.Flush();
        return
        [
            .. run.Faults.Distinct(), .. await Checker.CheckAsync(history.Path, cluster.Postgres.ConnectionString), .. Growth(samples),
        ];
    }

    /// <summary>What has grown between the first minutes and the last.</summary>
    internal static IEnumerable<string> Growth(IReadOnlyList<(long Memory, int Handles)[]> samples)
    {
        if (samples.Count <= WarmMinutes)
            yield break;
        for (var node = 0; node < samples[0].Length; node++)
        {
            var (first, last) = (samples[WarmMinutes - 1][node], samples[^1][node]);
            if (last.Memory > first.Memory * MostGrowth)
                yield return $"The memory of node {node} has grown from {first.Memory} to {last.Memory} bytes.";
            if (last.Handles > first.Handles * MostGrowth)
                yield return $"The handles of node {node} have grown from {first.Handles} to {last.Handles}.";
        }
    }

    private static (long Memory, int Handles, int Threads) Look(int id)
    {
        using var process = Process.GetProcessById(id);
        return (process.WorkingSet64, Directory.GetFiles($"/proc/{id}/fd").Length, process.Threads.Count);
    }
}
