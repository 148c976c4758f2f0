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

    private static readonly Lazy<Task<ReadmeServer>> Documented = new(() => ReadmeServer.StartAsync("src/IdentityHub.Server"));

    /// <summary>One with the configuration that is shipped, for the documentation of its calls.</summary>
    internal static Task<ReadmeServer> GetDocumentedAsync() => Documented.Value;

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Documented is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Documented.Value).DisposeAsync();
        foreach (var server in Started.Values.Where(server => server.IsValueCreated && server.Value.IsCompletedSuccessfully))
            await (await server.Value).DisposeAsync();
    }
}
