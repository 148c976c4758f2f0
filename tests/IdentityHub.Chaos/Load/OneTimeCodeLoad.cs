using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>Has one-time codes sent by mail (JSON OAuth) and redeems each at all nodes at once.</summary>
internal sealed class OneTimeCodeLoad : ILoad
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public string Name => "one-time code";

    public async Task StepAsync(LoadRun run)
    {
        var address = $"{Guid.NewGuid():N}@example.com";
        var machine = await run.AskAsync(Name, node => node.MachineAsync("open"));
        if (machine?["access_token"] is not { } bearer)
            return;
        var sent = await run.AskAsync(
            Name,
            node =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, "/otp/send").WithBearer(bearer);
                return node.AnswerAsync(request.WithJson($$"""{"email":"{{address}}"}"""));
            });
        if (sent is not { Status: 200 } || await CodeAsync(run, address) is not { } code)
            return;
        await run.UseEverywhereAsync(
            Name, $"{address} {code}",
            node => node.TokenAsync(
                ("grant_type", "urn:identityhub:params:oauth:grant-type:otp"), ("client_id", "open"), ("client_secret", "open-secret"),
                ("email", address), ("otp", code)));
    }

    private static async Task<string?> CodeAsync(LoadRun run, string address)
    {
        using var look = new PeriodicTimer(Look);
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Look)
        {
            if (run.Cluster.Mail.CodeFor(address) is { } code)
                return code;
            await look.WaitForNextTickAsync();
        }

        return null;
    }
}
