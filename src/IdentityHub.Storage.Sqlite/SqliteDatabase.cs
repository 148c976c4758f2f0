using System.Data;
using System.Data.Common;
using System.Globalization;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.KeyProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage.Sqlite;

/// <summary>SQLite in a file: for a first look and a single small node.</summary>
public sealed class SqliteDatabase : HubDatabase
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int UniqueConstraint = 2067;
    private const int PrimaryKeyConstraint = 1555;
    private readonly string _connectionString;
    private readonly string _file;
    private readonly WriteTurns _turns;

    private SqliteDatabase(string connectionString, string file, DbDataSource dataSource)
        : base(dataSource)
    {
        _connectionString = connectionString;
        _file = file;
        _turns = WriteTurns.Of(file);
    }

    public override string Name => "sqlite";

    public override bool WritesInCommonTableExpressions => false;

    public override string ShareRowsSql => "";

    public override string LockRowsSql => "";

    public override string TakeRowsSql => "";

    // One writer at a time is SQLite's own rule: the write lock is the lock.
    public override string? TakeLockSql => null;

    public override string AnyTableSql =>
        """
        SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
        AND name NOT IN ('schema_migrations', '__EFMigrationsLock') ORDER BY name LIMIT 1
        """;

    public override string MigrationTableSql => $"SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{SchemaVersion.Table}'";

    public override IReadOnlyList<string> Migrations { get; } = SchemaVersion.MigrationsIn(typeof(SqliteDatabase).Assembly);

    public override bool TimesAreTicks => true;

    public override string JsonParameter(int number) => $"${number}";

    public override string InListSql(int number) =>
        $"""IN (SELECT value FROM json_each('["' || REPLACE(${number}, ' ', '","') || '"]'))""";

    public override IReadOnlyList<string> Files => [_file, _file + "-wal", _file + "-shm"];

    /// <summary>True for a connection string that names a SQLite file: one with <c>Data Source</c>.</summary>
    public static bool Accepts(string connectionString)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connectionString }.ContainsKey("Data Source");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// Opens the database, and makes its folder and switches write-ahead logging on where that is still to do. A file that is missing is
    /// made with mode 0600; SQLite gives the files of the write-ahead log the mode of the database.
    /// </summary>
    public static SqliteDatabase Open(string connectionString)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, DefaultTimeout = 10 };
        var file = Path.GetFullPath(settings.DataSource);
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder && !IsInMemory(settings))
        {
            Directory.CreateDirectory(folder);
            if (settings.Mode == SqliteOpenMode.ReadWriteCreate)
                SecretFile.Touch(file);
        }

        SwitchLogOn(settings.ConnectionString, file);
        return new SqliteDatabase(settings.ConnectionString, file, SqliteFactory.Instance.CreateDataSource(settings.ConnectionString));
    }

    private static void SwitchLogOn(string connectionString, string file)
    {
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using var wal = connection.CreateCommand();
            wal.CommandText = "PRAGMA journal_mode = WAL";
            wal.ExecuteNonQuery();
        }
        catch (SqliteException refused) when (refused.SqliteErrorCode is ReadOnly or CannotOpen)
        {
            throw new SqliteException(
                $"{refused.Message.TrimEnd('.')}. The user of this process must be allowed to write to '{file}' and to its folder, where "
                    + "SQLite keeps its log, and the file system must not be read-only.",
                refused.SqliteErrorCode);
        }
    }

    private static bool IsInMemory(SqliteConnectionStringBuilder settings) =>
        settings.Mode == SqliteOpenMode.Memory || settings.DataSource == ":memory:";

    public override void Configure(DbContextOptionsBuilder options) =>
        options.UseSqlite(_connectionString, sqlite => sqlite
            .MigrationsAssembly(typeof(SqliteDatabase).Assembly.GetName().Name)
            .MigrationsHistoryTable(SchemaVersion.Table));

    // There is a single node, so there are no others to keep out. The write lock would keep its own holder out.
    public override Task<IAsyncDisposable> HoldLockAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable>(new Nothing());

    public override async Task WriteAuditAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        await using var transaction = await BeginAsync(cancellationToken);
        foreach (var audit in events)
            await transaction.AddAuditAsync(audit, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public override Task WaitForConfigChangeAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(atMost, time, cancellationToken);

    public override Task AnnounceConfigChangeAsync(
        DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public override bool IsUnavailable(Exception exception) =>
        Find(exception) is { SqliteErrorCode: Busy or Locked or ReadOnly or IoError or Full or CannotOpen };

    public override string CauseOf(Exception failure) => Find(failure)?.Message ?? base.CauseOf(failure);

    // One writer at a time: there is no deadlock.
    public override bool IsConflict(Exception exception) => false;

    public override bool IsUniqueViolation(Exception exception) =>
        Find(exception) is { SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    /// <summary>Closes the pooled connections too: the last one moves the write-ahead log into the file and lets go of it.</summary>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    // Readers never wait in write-ahead mode; all that the hub reads outside a transaction begins with SELECT.
    protected override ValueTask<IDisposable?> TakeTurnAsync(string sql, CancellationToken cancellationToken) =>
        sql.StartsWith("SELECT", StringComparison.Ordinal) ? new((IDisposable?)null) : _turns.TakeAsync(cancellationToken);

    // BEGIN IMMEDIATE: the write lock is taken at once, so that a read inside stays true until the commit.
    protected override ValueTask<DbTransaction> BeginOnAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false));

    protected override void AddParameter(DbCommand command, object? value, DbType type) =>
        command.Parameters.Add(
            new SqliteParameter("$" + (command.Parameters.Count + 1).ToString(CultureInfo.InvariantCulture), value ?? DBNull.Value));

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static SqliteException? Find(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SqliteException sqlite)
                return sqlite;
        }

        return null;
    }
}
