using System.Buffers.Text;
using System.Text.Json;
using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>
/// Gets JWTs and looks for the key of each in the key set of another node: a key is published everywhere before it signs.
/// </summary>
internal sealed class SignedTokenLoad : ILoad
{
    public string Name => "signed token";

    public async Task StepAsync(LoadRun run)
    {
        var issued = await run.AskAsync(Name, node => node.MachineAsync("machine"));
        if (issued?["access_token"] is not { } token)
            return;
        var kid = JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).GetProperty("kid").GetString();
        if (await run.AskAsync(Name, node => node.GetAnswerAsync("/.well-known/openid-configuration/jwks")) is { Status: 200 } keys
            && !keys.Body.Contains(kid!, StringComparison.Ordinal))
            run.Faults.Enqueue($"A node does not publish the key {kid}, which has signed.");
    }
}
