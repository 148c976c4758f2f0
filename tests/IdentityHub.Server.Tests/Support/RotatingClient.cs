using System.Collections.Concurrent;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// A client that refreshes without pause, at one node after the other, and keeps the newest token that it was given. Where an answer
/// is lost it asks the next node with the same token, as a phone would: after a moment, not in a loop that takes the machine's processors.
/// </summary>
internal sealed class RotatingClient(IReadOnlyList<HttpClient> nodes, string refreshToken, TestClient client)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentDictionary<string, string> _successors = new(StringComparer.Ordinal);

    /// <summary>The newest token that was acknowledged.</summary>
    public string Newest { get; private set; } = refreshToken;

    /// <summary>The token of the login, which has long been used.</summary>
    public string Oldest { get; } = refreshToken;

    /// <summary>Tokens that were exchanged so far.</summary>
    public int Rotations => _successors.Count;

    /// <summary>Answers that should not have been.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        using var moment = new PeriodicTimer(Moment);
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var presented = Newest;
            if (await TryRefreshAsync(nodes[turn % nodes.Count], presented) is not { } answer || answer.Status == 503)
            {
                await moment.WaitForNextTickAsync(CancellationToken.None);
                continue;
            }

            if (answer["refresh_token"] is not { } successor)
            {
                Faults.Enqueue(answer.ToString());
                return;
            }

            if (_successors.GetOrAdd(presented, successor) != successor)
                Faults.Enqueue("One token has had two successors.");
            Newest = successor;
        }
    }

    private async Task<Answer?> TryRefreshAsync(HttpClient node, string presented)
    {
        try
        {
            return await node.RefreshAsync(client, presented);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            return null;
        }
    }
}
