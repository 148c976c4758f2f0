using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>Gets reference tokens, by <c>client_credentials</c> and by hash and secret by turns, and revokes some of them.</summary>
internal sealed class ReferenceTokenLoad : ILoad
{
    private bool _byHash;

    public string Name => "reference token";

    public async Task StepAsync(LoadRun run)
    {
        _byHash = !_byHash;
        var issued = await run.AskAsync(
            Name,
            node => _byHash
                ? node.PostJsonAsync("/api/token", """{"hash":"partner","secret":"partner-secret"}""")
                : node.MachineAsync("machine-ref"));
        if (issued is not { Status: 200 } || issued[_byHash ? "token" : "access_token"] is not { } token)
            return;
        run.History.Add(Happened.Written, "access_tokens", token);
        if (_byHash || await run.AskAsync("revocation", node => node.RevokeAsync("machine-ref", token)) is not { Status: 200 })
            return;
        run.History.Add(Happened.Revoked, "access_tokens", token);
        if (await run.AskAsync("introspection", node => node.IntrospectAsync("orders", token)) is { Status: 200 } shown
            && shown["active"] == "true")
            run.Faults.Enqueue("A token whose revocation was acknowledged is active.");
    }
}
