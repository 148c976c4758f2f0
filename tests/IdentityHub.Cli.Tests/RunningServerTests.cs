using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

/// <summary>Tests of commands on the database of a running server: on both kinds of database, each test with a server of its own.</summary>
/// <param name="config">The configuration of the server, as YAML.</param>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public abstract class RunningServerTests(DatabaseKind kind, string config)
{
    internal HubShell Shell { get; private set; } = null!;

    protected Installation Installation { get; private set; } = null!;

    /// <summary>The server; it is on the clock of the machine, as the commands are.</summary>
    protected HttpClient Client { get; private set; } = null!;

    [SetUp]
    public async Task StartServerAsync()
    {
        Installation = await Installation.CreateAsync(config, kind);
        Shell = new HubShell().With("ConnectionStrings__IdentityHub", Installation.Database.ConnectionString);
        Client = (await Installation.StartNodeAsync(TimeProvider.System)).Client;
    }

    [TearDown]
    public async Task StopServerAsync()
    {
        await Installation.DisposeAsync();
        Shell.Dispose();
    }
}
