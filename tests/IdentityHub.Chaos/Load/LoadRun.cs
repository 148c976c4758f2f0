using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>What all clients share: the nodes, the history, and how their requests were answered. Thread-safe.</summary>
internal sealed class LoadRun(Cluster cluster, History history)
{
    private int _answered;
    private int _unavailable;
    private int _lost;

    public Cluster Cluster => cluster;

    public History History => history;

    /// <summary>Answers that must never be.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>Answers below 500, those of 503, and requests without an answer; since the last call.</summary>
    public (int Answered, int Unavailable, int Lost) TakeCounts() =>
        (Interlocked.Exchange(ref _answered, 0), Interlocked.Exchange(ref _unavailable, 0), Interlocked.Exchange(ref _lost, 0));

    /// <summary>Any node.</summary>
    public HttpClient AnyNode() => cluster.Clients[RandomNumberGenerator.GetInt32(cluster.Nodes.Count)];

    /// <summary>Asks one node.</summary>
    /// <returns>Null where the answer was lost, or says that the server cannot now.</returns>
    public async Task<Answer?> AskAsync(string what, HttpClient node, Func<HttpClient, Task<Answer>> request)
    {
        try
        {
            var answer = await request(node);
            if (answer.Status is 503 or 429)
            {
                Interlocked.Increment(ref _unavailable);
                return null;
            }

            if (answer.Status >= 500)
                Faults.Enqueue($"{what}: {answer.Status}");
            Interlocked.Increment(ref _answered);
            return answer;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _lost);
            return null;
        }
    }

    /// <summary>Asks any node.</summary>
    /// <inheritdoc cref="AskAsync(string, HttpClient, Func{HttpClient, Task{Answer}})"/>
    public Task<Answer?> AskAsync(string what, Func<HttpClient, Task<Answer>> request) => AskAsync(what, AnyNode(), request);

    /// <summary>
    /// Presents a value that may be used once to every node at the same moment, and writes down each that has accepted it.
    /// </summary>
    public async Task UseEverywhereAsync(string what, string value, Func<HttpClient, Task<Answer>> request)
    {
        var answers = await Task.WhenAll(cluster.Clients.Select(node => AskAsync(what, node, request)));
        foreach (var _ in answers.Where(answer => answer is { Status: 200 }))
            history.Add(Happened.Used, what, value);
    }
}
