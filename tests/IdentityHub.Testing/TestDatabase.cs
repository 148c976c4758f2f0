using IdentityHub.Storage;
using IdentityHub.Storage.Postgres;
using IdentityHub.Storage.Sqlite;

namespace IdentityHub.Testing;

/// <summary>A database of a test's own; removed when disposed. Any number of nodes may open it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const int MostTries = 100;

    private readonly List<HubDatabase> _opened = [];
    private readonly Func<(HubDatabase Database, Action Closed)> _open;
    private readonly Func<bool, Task> _giveBack;
    private readonly Action _closeIdle;
    private bool _isReusable = true;

    private TestDatabase(
        DatabaseKind kind, string connectionString, Func<(HubDatabase Database, Action Closed)> open, Func<bool, Task> giveBack,
        Action? closeIdle = null)
    {
        (Kind, ConnectionString) = (kind, connectionString);
        (_open, _giveBack, _closeIdle) = (open, giveBack, closeIdle ?? Nothing);
    }

    public DatabaseKind Kind { get; }

    /// <summary>As <c>ConnectionStrings:IdentityHub</c> takes it.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// A database as the migrations make it: all tables, no rows. On PostgreSQL other tests of this process may have used it before.
    /// </summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind) =>
        kind == DatabaseKind.Postgres ? Of(await PostgresCopy.TakeAsync()) : await CreateFileAsync(SqliteTemplate.CopyAsync);

    /// <summary>The same for a test about connections: nobody has used the database, and nobody is connected to it.</summary>
    public static async Task<TestDatabase> CreateUnusedAsync(DatabaseKind kind) =>
        kind == DatabaseKind.Postgres ? Of(await PostgresCopy.TakeNewAsync()) : await CreateFileAsync(SqliteTemplate.CopyAsync);

    /// <summary>A database without any table, for what migrates by itself.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(DatabaseKind kind)
    {
        if (kind != DatabaseKind.Postgres)
            return await CreateFileAsync(static _ => Task.CompletedTask);
        var name = $"hub_{Guid.CreateVersion7():N}";
        await PostgresTemplate.CreateEmptyAsync(name);
        var connectionString = PostgresCluster.ConnectionStringOf(name);
        return new TestDatabase(
            kind, connectionString, () => (PostgresDatabase.Open(connectionString), Nothing), _ => PostgresTemplate.DropAsync(name));
    }

    /// <summary>Opens the database as a node does; closed together with this object.</summary>
    public ObservedDatabase Open()
    {
        var database = OpenOnce();
        _opened.Add(database);
        return database;
    }

    /// <summary>
    /// Says that somebody may write even after the end of the test, such as a process that is killed: no other test gets this database.
    /// </summary>
    public void KeepFromReuse() => _isReusable = false;

    /// <summary>Closes what this process has open and does not use at the moment, for what must find nobody connected.</summary>
    public void CloseIdle() => _closeIdle();

    /// <summary>Opens the database for a caller that closes it again.</summary>
    /// <param name="listens">As <see cref="ObservedDatabase"/> takes it.</param>
    internal ObservedDatabase OpenOnce(bool listens = true)
    {
        var (database, closed) = _open();
        return new ObservedDatabase(database, listens, closed);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened)
            await database.DisposeAsync();
        await _giveBack(_isReusable);
    }

    private static TestDatabase Of(PostgresCopy copy) =>
        new(DatabaseKind.Postgres, copy.ConnectionString, copy.Open, copy.GiveBackAsync, copy.CloseIdle);

    private static async Task<TestDatabase> CreateFileAsync(Func<string, Task> write)
    {
        var folder = Directory.CreateTempSubdirectory("hub-sqlite-").FullName;
        var file = Path.Combine(folder, "hub.db");
        await write(file);
        var connectionString = $"Data Source={file}";
        return new TestDatabase(
            DatabaseKind.Sqlite, connectionString, () => (SqliteDatabase.Open(connectionString), Nothing), _ => DeleteAsync(folder));
    }

    private static void Nothing()
    {
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
