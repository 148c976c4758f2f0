using System.Security.Cryptography;
using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>Starts login sessions (LSID), reads them, and ends them.</summary>
internal sealed class LoginSessionLoad : ILoad
{
    public string Name => "login session";

    public async Task StepAsync(LoadRun run)
    {
        var user = $"user{RandomNumberGenerator.GetInt32(Cluster.Users)}";
        var started = await run.AskAsync(
            Name, node => node.PostJsonAsync($"/authenticate/{user}", $$"""{"password":"{{Cluster.Password}}"}"""));
        if (started is not { Status: 200 } || started["sessionId"] is not { } lsid)
            return;
        run.History.Add(Happened.Written, "sessions", lsid);
        if (await run.AskAsync(Name, node => ShowAsync(node, lsid)) is { Status: not 200 } hidden)
            run.Faults.Enqueue($"A session that was acknowledged is not there: {hidden}");
        var ended = await run.AskAsync(
            Name, node => node.AnswerAsync(new HttpRequestMessage(HttpMethod.Delete, $"/session/{lsid};lsid={lsid}")));
        if (ended is not { Status: 200 or 204 })
            return;
        run.History.Add(Happened.Revoked, "sessions", lsid);
        if (await run.AskAsync(Name, node => ShowAsync(node, lsid)) is { Status: 200 })
            run.Faults.Enqueue("A session whose end was acknowledged is shown.");
    }

    private static Task<Answer> ShowAsync(HttpClient node, string lsid) => node.GetAnswerAsync($"/session/{lsid};lsid={lsid}");
}
