using System.Collections.Concurrent;
using System.Globalization;
using IdentityHub.Storage;
using IdentityHub.Storage.Postgres;
using Npgsql;

namespace IdentityHub.Testing;

/// <summary>
/// A copy of the migrated template that one test after the other uses, each time without any row. To connect costs more than most tests do:
/// the connections stay open between them.
/// </summary>
internal sealed class PostgresCopy
{
    // Rows that were deleted stay in the files; a copy with many of them is slower than a new one.
    private const int MostUses = 100;
    private const int MostRows = 20_000;

    // A server takes a few hundred connections in all, and suites keep dozens of databases to their last test.
    private const int MostIdle = 16;
    private const int MostIdleConnections = 12;

    private const string ShapeSql =
        """
        SELECT concat_ws(' ',
            (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
            (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped),
            (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
            (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal),
            (SELECT string_agg(m::text, ' ' ORDER BY m::text) FROM schema_migrations m))
        """;

    private const string CountSql = "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database()";

    // Without triggers and foreign keys, so that the order of the tables does not matter.
    private const string BusySql =
        "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";

    private const string EmptySqlSql =
        """
        SELECT 'SET LOCAL session_replication_role = replica; '
            || string_agg(format('DELETE FROM %I', tablename), '; ')
            || coalesce((SELECT string_agg(format('; SELECT setval(%L, 1, false)', sequencename), '') FROM pg_sequences WHERE schemaname = 'public'), '')
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
        """;

    private static readonly ConcurrentStack<PostgresCopy> Idle = [];
    private static readonly Lazy<Task<(string Shape, string EmptySql)>> Template = new(LookAtTemplateAsync);
    private readonly List<NpgsqlDataSource> _pools = [];
    private readonly Stack<int> _closed = [];
    private readonly Lock _lock = new();
    private readonly string _name = $"hub_{Guid.CreateVersion7():N}";
    private int _nextPool;
    private int _uses;

    private PostgresCopy() => ConnectionString = PostgresCluster.ConnectionStringOf(_name);

    public string ConnectionString { get; }

    // A request waits for its connection for three seconds elsewhere: on a busy machine fifty cold ones take longer.
    private string ForNodes => $"{ConnectionString};Timeout=30";

    /// <summary>One that a test has given back, or a new one.</summary>
    public static async Task<PostgresCopy> TakeAsync() => Idle.TryPop(out var used) ? used : await TakeNewAsync();

    /// <summary>One that no test has used, and to which nobody is connected.</summary>
    public static async Task<PostgresCopy> TakeNewAsync()
    {
        var copy = new PostgresCopy();
        await PostgresTemplate.CopyAsync(copy._name);
        return copy;
    }

    /// <summary>
    /// Opens the database as one node does: on connections that no other node of the test uses before this one has closed it.
    /// </summary>
    /// <returns>The database, and what to call once it is closed.</returns>
    public (HubDatabase Database, Action Closed) Open()
    {
        lock (_lock)
        {
            if (!_closed.TryPop(out var index))
                index = _nextPool++;
            if (index == _pools.Count)
                _pools.Add(PostgresDatabase.CreatePool(ForNodes));
            return (PostgresDatabase.OpenOn(ForNodes, _pools[index]), () => Close(index));
        }
    }

    /// <summary>Closes the connections that no one uses at the moment.</summary>
    public void CloseIdle() => _pools.ForEach(static pool => pool.Clear());

    /// <summary>Ends the use by a test: the next one finds the tables empty. Whatever cannot be emptied is removed.</summary>
    /// <param name="isReusable">False where somebody may still write, such as a process that was killed.</param>
    public async Task GiveBackAsync(bool isReusable)
    {
        if (isReusable && ++_uses < MostUses && _pools.Count > 0 && Idle.Count < MostIdle && await TryEmptyAsync())
        {
            _nextPool = 0;
            _closed.Clear();
            Idle.Push(this);
            return;
        }

        await DropAsync();
    }

    /// <summary>Removes the copies that no test uses.</summary>
    public static async Task DropIdleAsync()
    {
        while (Idle.TryPop(out var copy))
            await copy.DropAsync();
    }

    private void Close(int index)
    {
        lock (_lock)
            _closed.Push(index);
    }

    private async Task DropAsync()
    {
        foreach (var pool in _pools)
            await pool.DisposeAsync();
        await PostgresTemplate.DropAsync(_name);
    }

    // A test that changed tables, or left a lock behind, is the last one of its copy.
    private async Task<bool> TryEmptyAsync()
    {
        try
        {
            var (shape, emptySql) = await Template.Value;
            await using var connection = await _pools[0].OpenConnectionAsync();
            if (await ReadAsync(connection, ShapeSql) != shape)
                return false;

            // A background write of the test would be committed after its rows were deleted.
            if (await ReadAsync(connection, BusySql) != "0")
                return false;
            await using var transaction = await connection.BeginTransactionAsync();
            await using var empty = new NpgsqlCommand(emptySql, connection, transaction);
            var deleted = await empty.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            if (int.Parse(await ReadAsync(connection, CountSql), CultureInfo.InvariantCulture) > MostIdleConnections)
                _pools.ForEach(pool => pool.Clear());
            return deleted <= MostRows;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Of a copy that no test has had: while somebody is connected to the template it cannot be copied.
    private static async Task<(string Shape, string EmptySql)> LookAtTemplateAsync()
    {
        var copy = await TakeNewAsync();
        copy._pools.Add(PostgresDatabase.CreatePool(copy.ConnectionString));
        await using var connection = await copy._pools[0].OpenConnectionAsync();
        var template = (await ReadAsync(connection, ShapeSql), await ReadAsync(connection, EmptySqlSql));
        Idle.Push(copy);
        return template;
    }

    private static async Task<string> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
