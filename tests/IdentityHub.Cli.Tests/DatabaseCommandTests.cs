using IdentityHub.Storage;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests;

/// <summary>Tests of commands on a database: on both kinds, each test in a folder and on a database of its own.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public abstract class DatabaseCommandTests(DatabaseKind kind)
{
    internal HubShell Shell { get; private set; } = null!;

    protected TestDatabase Database { get; private set; } = null!;

    [SetUp]
    public async Task CreateDatabaseAsync()
    {
        Database = await TestDatabase.CreateAsync(kind);
        Shell = new HubShell().With("ConnectionStrings__IdentityHub", Database.ConnectionString);
    }

    [TearDown]
    public async Task RemoveDatabaseAsync()
    {
        await Database.DisposeAsync();
        Shell.Dispose();
    }

    protected HubDbContext NewContext() => Database.NewContext();
}
