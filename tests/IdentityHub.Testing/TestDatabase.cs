using IdentityHub.Storage;
using IdentityHub.Storage.Postgres;
using IdentityHub.Storage.Sqlite;

namespace IdentityHub.Testing;

/// <summary>A database of a test's own; removed when disposed. Any number of nodes may open it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const int MostTries = 100;

    private readonly List<HubDatabase> _opened = [];
    private readonly Func<Task> _drop;

    private TestDatabase(DatabaseKind kind, string connectionString, Func<Task> drop)
    {
        Kind = kind;
        ConnectionString = connectionString;
        _drop = drop;
    }

    public DatabaseKind Kind { get; }

    /// <summary>As <c>ConnectionStrings:IdentityHub</c> takes it.</summary>
    public string ConnectionString { get; }

    /// <summary>A copy of the migrated template: all tables, no rows.</summary>
    public static Task<TestDatabase> CreateAsync(DatabaseKind kind) =>
        CreateAsync(kind, PostgresTemplate.CopyAsync, SqliteTemplate.CopyAsync);

    /// <summary>A database without any table, for what migrates by itself.</summary>
    public static Task<TestDatabase> CreateEmptyAsync(DatabaseKind kind) =>
        CreateAsync(kind, PostgresTemplate.CreateEmptyAsync, static _ => Task.CompletedTask);

    /// <summary>Opens the database as a node does; closed together with this object.</summary>
    public HubDatabase Open()
    {
        var database = OpenOnce();
        _opened.Add(database);
        return database;
    }

    /// <summary>Opens the database for a caller that closes it again.</summary>
    internal HubDatabase OpenOnce() => Kind == DatabaseKind.Postgres ? PostgresDatabase.Open(ConnectionString) : SqliteDatabase.Open(ConnectionString);

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened)
            await database.DisposeAsync();
        await _drop();
    }

    private static async Task<TestDatabase> CreateAsync(DatabaseKind kind, Func<string, Task> onPostgres, Func<string, Task> onSqlite)
    {
        if (kind == DatabaseKind.Postgres)
        {
            var name = $"hub_{Guid.CreateVersion7():N}";
            await onPostgres(name);
            return new TestDatabase(kind, PostgresCluster.ConnectionStringOf(name), () => PostgresTemplate.DropAsync(name));
        }

        var folder = Directory.CreateTempSubdirectory("hub-sqlite-").FullName;
        var file = Path.Combine(folder, "hub.db");
        await onSqlite(file);
        return new TestDatabase(kind, $"Data Source={file}", () => DeleteAsync(folder));
    }

    // A connection that is just being closed may make or remove a file beside the database meanwhile.
    private static async Task DeleteAsync(string folder)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < MostTries)
            {
                await tick.WaitForNextTickAsync();
            }
        }
    }
}
