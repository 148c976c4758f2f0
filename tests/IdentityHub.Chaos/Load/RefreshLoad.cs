using System.Security.Cryptography;
using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>
/// Logs in with a password and rotates the refresh token over all nodes. Where an answer was lost it asks again with the same token, as a
/// phone would. Now and then it presents a used token again, or revokes the newest.
/// </summary>
internal sealed class RefreshLoad : ILoad
{
    private static readonly TestClient App = TestClient.Public("app");
    private string? _token;

    public string Name => "refresh token";

    public async Task StepAsync(LoadRun run)
    {
        if (_token is not { } presented)
        {
            var user = $"user{RandomNumberGenerator.GetInt32(Cluster.Users)}";
            Keep(run, await run.AskAsync("login", node => node.LoginAsync(App, user, Cluster.Password)));
            return;
        }

        if (RandomNumberGenerator.GetInt32(20) == 0)
        {
            await RevokeAsync(run, presented);
            return;
        }

        var first = await run.AskAsync(Name, node => node.RefreshAsync(App, presented));
        var answer = first ?? await run.AskAsync(Name, node => node.RefreshAsync(App, presented));
        if (answer is null)
        {
            _wasLost = true;
            return;
        }

        if (answer.Status == 200)
            run.History.Add(Happened.Used, Name, presented);
        else if (first is not null && !_wasLost)
            run.Faults.Enqueue($"A refresh token that was never used is refused: {answer}");
        _wasLost = false;
        Keep(run, answer);
        if (answer.Status == 200 && RandomNumberGenerator.GetInt32(10) == 0)
        {
            await run.UseEverywhereAsync(Name, presented, node => node.RefreshAsync(App, presented));
            _token = null;
        }
    }

    // A request without an answer, or whose commit was not confirmed (503), may have used the token.
    private bool _wasLost;

    private void Keep(LoadRun run, Answer? answer)
    {
        _wasLost |= answer is null;
        _token = answer?.Status == 200 ? answer["refresh_token"] : null;
        if (_token is null)
            return;
        _wasLost = false;
        run.History.Add(Happened.Written, "refresh_tokens", _token);
        run.History.Add(Happened.Written, "access_tokens", answer!["access_token"]!);
    }

    private async Task RevokeAsync(LoadRun run, string presented)
    {
        if (await run.AskAsync("revocation", node => node.RevokeAsync(App, presented)) is not { Status: 200 })
            return;
        run.History.Add(Happened.Revoked, "refresh_tokens", presented);
        if (await run.AskAsync(Name, node => node.RefreshAsync(App, presented)) is { Status: 200 })
            run.Faults.Enqueue("A refresh token whose revocation was acknowledged was accepted.");
        _token = null;
    }
}
