using System.Text.Json;
using IdentityHub.Testing;

namespace IdentityHub.Interop.Support;

/// <summary>The real server in a process of its own, whose issuer is its address, with the clients that the scripts are.</summary>
internal sealed class InteropServer : IAsyncDisposable
{
    private readonly Installation _installation;

    private InteropServer(Installation installation, HubProcess process, string description)
    {
        _installation = installation;
        Process = process;
        Description = description;
    }

    public HubProcess Process { get; }

    public string Issuer => Process.Issuer;

    /// <summary>
    /// JSON: <c>issuer</c>, the <c>user</c> who can log in, the private <c>keys</c> of the clients by <c>kid</c>, and the <c>ports</c> that
    /// their addresses name.
    /// </summary>
    public string Description { get; }

    public static async Task<InteropServer> StartAsync(DatabaseKind kind)
    {
        var ec = ClientKey.CreateEc("ec");
        var rsa = ClientKey.CreateRsa("rsa");
        var ports = new InteropPorts(HubProcess.FreePort(), HubProcess.FreePort());
        var installation = await Installation.CreateAsync(InteropConfig.Yaml(ec, rsa, ports), kind);
        try
        {
            var process = await installation.StartReachableProcessAsync();
            var description = JsonSerializer.Serialize(
                new
                {
                    process.Issuer,
                    User = new { Name = "alice", Password = InteropConfig.Password, Sub = InteropConfig.AliceId },
                    Keys = new { ec = ec.PrivateJwk, rsa = rsa.PrivateJwk },
                    Ports = ports,
                },
                JsonSerializerOptions.Web);
            return new InteropServer(installation, process, description);
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();
}
