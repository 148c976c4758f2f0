using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests;

/// <summary>What every suite here starts from: it runs on both databases, each test on a fresh one.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public abstract class DatabaseTests(DatabaseKind kind)
{
    protected static CancellationToken Cancellation => CancellationToken.None;

    /// <summary>The moment at which the tests take place.</summary>
    protected static DateTimeOffset Now => FakeTime.Start;

    protected TestDatabase Storage { get; private set; } = null!;

    protected Given Given { get; private set; } = null!;

    protected HubDatabase Database => Given.Database;

    [SetUp]
    public async Task CreateDatabaseAsync()
    {
        Storage = await TestDatabase.CreateAsync(kind);
        Given = new Given(Storage.Open(), Now);
    }

    [TearDown]
    public async Task DropDatabaseAsync() => await Storage.DisposeAsync();

    protected HubDbContext NewContext() => Given.NewContext();

    /// <summary>Runs <paramref name="call"/> that many times at once and returns what each gave.</summary>
    protected static Task<T[]> InParallel<T>(int times, Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(i => Task.Run(() => call(i))));
}
