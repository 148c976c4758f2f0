using IdentityHub.Testing;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// Tests that share one hub because they do not disturb each other; every suite that derives from it runs on both databases. A test that
/// moves the clock, changes the configuration or fails many logins starts a hub of its own.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public abstract class HubFixture(DatabaseKind kind, string config)
{
    protected DatabaseKind Kind => kind;

    protected Hub Hub { get; private set; } = null!;

    protected HttpClient Client => Hub.Client;

    /// <summary>Settings of the shared hub.</summary>
    protected virtual IReadOnlyList<(string Key, string Value)> Settings => [];

    [OneTimeSetUp]
    public async Task StartSharedHubAsync() => Hub = await StartHubAsync(Settings);

    [OneTimeTearDown]
    public async Task StopSharedHubAsync() => await Hub.DisposeAsync();

    [TearDown]
    public void ShowErrorsOfSharedHub()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
            TestContext.Out.WriteLine(Hub.Logs.Errors);
    }

    /// <summary>A hub for one test alone, with the configuration of the suite.</summary>
    protected Task<Hub> StartHubAsync(params IReadOnlyList<(string Key, string Value)> settings) =>
        Testing.Hub.StartAsync(config, kind, null, settings);

    /// <summary>A hub of another installation with the same configuration, and with signing keys of its own.</summary>
    protected Task<Hub> StartForeignHubAsync() => Testing.Hub.StartForeignAsync(config, kind);
}
