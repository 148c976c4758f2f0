using System.Diagnostics;
using IdentityHub.Chaos.Faults;
using IdentityHub.Chaos.Load;

namespace IdentityHub.Chaos;

/// <summary>What one fault has done.</summary>
/// <param name="Answered">Requests that were answered while it lasted and until the load was stopped.</param>
/// <param name="Unavailable">Requests that were answered 503 or 429.</param>
/// <param name="WithoutAnswer">Requests whose answer was lost: what they did is not known to the client.</param>
/// <param name="Back">From the end of the fault until every node is ready and writes.</param>
/// <param name="Lost">What was lost, or should not have been; must be empty.</param>
internal sealed record FaultResult(
    string Name, int Answered, int Unavailable, int WithoutAnswer, TimeSpan Back, IReadOnlyList<string> Lost);

/// <summary>Lets faults happen under mixed load, and has each checked.</summary>
internal sealed class FaultRun(Cluster cluster, History history, TimeSpan time, int clients)
{
    /// <summary>After this a node that is not back counts as lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AnswersAtLatest = TimeSpan.FromSeconds(15);

    /// <summary>Every fault, in the order in which they happen.</summary>
    /// <param name="waitsForKeys">True: load goes on until the new keys sign.</param>
    public static IReadOnlyList<IFault> AllFaults(bool waitsForKeys) =>
    [
        new NodeKilled(), new RollingRestart(), new DatabaseKilled(), new DatabaseFrozen(), new DatabaseRefuses(), new NetworkCut(),
        new PoolExhausted(), new DiskFull(), new MailHangs(), new ClockOff(), new KeyRotated(waitsForKeys),
    ];

    /// <summary>Lets one happen.</summary>
    public async Task<FaultResult> RunAsync(IFault fault)
    {
        var run = new LoadRun(cluster, history);
        TimeSpan back;
        await using (new LoadGenerator(run, clients, half: false))
        {
            await WaitForWorkAsync(run);
            run.TakeCounts();
            await fault.HappenAsync(cluster, time);
            back = await cluster.WaitUntilBackAsync(Patience);
            await WaitForWorkAsync(run);
        }

        history.Flush();
        var lost = await Checker.CheckAsync(history.Path, cluster.Postgres.ConnectionString);
        var (answered, unavailable, withoutAnswer) = run.TakeCounts();
        return new FaultResult(fault.Name, answered, unavailable, withoutAnswer, back, [.. run.Faults.Distinct(), .. lost]);
    }

    // Some acknowledged answers of every API that the checker can look at, before and after.
    private async Task WaitForWorkAsync(LoadRun run)
    {
        var (goal, watch) = (run.History.Count + (20 * clients), Stopwatch.StartNew());
        while (run.History.Count < goal && watch.Elapsed < AnswersAtLatest)
            await Task.Delay(Look, Clock);
        if (run.History.Count < goal)
            run.Faults.Enqueue(
                $"Only {run.History.Count - goal + (20 * clients)} answers were acknowledged in {AnswersAtLatest.TotalSeconds} s.");
    }
}
