using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>One server for each database, started when the first test needs it.</summary>
[SetUpFixture]
public sealed class Servers
{
    private static readonly Dictionary<DatabaseKind, Lazy<Task<InteropServer>>> Started = Enum.GetValues<DatabaseKind>()
        .ToDictionary(kind => kind, kind => new Lazy<Task<InteropServer>>(() => InteropServer.StartAsync(kind)));

    internal static Task<InteropServer> GetAsync(DatabaseKind kind) => Started[kind].Value;

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var server in Started.Values.Where(server => server.IsValueCreated && server.Value.IsCompletedSuccessfully))
            await (await server.Value).DisposeAsync();
    }
}
