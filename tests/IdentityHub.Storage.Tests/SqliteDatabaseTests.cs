using IdentityHub.Storage.Sqlite;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests;

public class SqliteDatabaseTests
{
    [TestCase("Data Source=:memory:", ":memory:")]
    [TestCase("Data Source=named;Mode=Memory", "named")]
    public async Task A_database_in_memory_makes_no_file(string connectionString, string file)
    {
        File.Delete(file);

        await using var database = SqliteDatabase.Open(connectionString);

        Assert.That(File.Exists(file), Is.False);
    }
}
