using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Sql;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace IdentityHub.Storage.Postgres;

/// <summary>PostgreSQL 14 or later, shared by all nodes.</summary>
public sealed class PostgresDatabase : HubDatabase
{
    private const string ConfigChannel = "identityhub_config";
    private const string AutoPrepare = "Max Auto Prepare";
    private const int OpeningsAtOnce = 4;
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromMilliseconds(50);
    private readonly NpgsqlDataSource _dataSource;
    private readonly string _unpooledConnectionString;
    private readonly string? _role;
    private readonly string? _host;
    private readonly OpeningLimit _openings;
    private readonly bool _ownsPool;
    private NpgsqlConnection? _listener;

    private PostgresDatabase(NpgsqlDataSource pool, bool ownsPool, NpgsqlConnectionStringBuilder settings, bool isBehindPooler)
        : base(pool)
    {
        (_dataSource, _ownsPool) = (pool, ownsPool);
        _unpooledConnectionString = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false }.ConnectionString;
        (_role, _host) = (settings.Username, settings.Host);
        var longest = settings.Timeout == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(settings.Timeout);
        _openings = new OpeningLimit(OpeningsAtOnce, OpeningPatience, longest, TimeProvider.System);
        IsBehindPooler = isBehindPooler;
    }

    public override string Name => "postgresql";

    public override bool WritesInCommonTableExpressions => true;

    public override string ShareRowsSql => " FOR SHARE";

    public override string LockRowsSql => " FOR NO KEY UPDATE";

    public override string TakeRowsSql => " FOR UPDATE SKIP LOCKED";

    public override string TakeLockSql => "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    public override bool HasRowAddresses => true;

    public override bool TakesArrays => true;

    public override string InListSql(int number) => $"= ANY (string_to_array(${number}, ' '))";

    // The operators of text_pattern_ops.
    public override ByteOrder ByteOrder { get; } = new("~>~", "~>=~", " USING ~<~");

    public override string PlanByValuesSql => "SET LOCAL plan_cache_mode = force_custom_plan";

    public override string AuditMonthsSql => "SELECT audit_events_ahead($1, $2)";

    public override string DropAuditSql => "SELECT audit_events_drop($1, $2)";

    public override string AnyTableSql =>
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename <> '" + SchemaVersion.Table + "' ORDER BY "
            + "tablename LIMIT 1";

    public override string MigrationTableSql => $"SELECT '{SchemaVersion.Table}' WHERE to_regclass('{SchemaVersion.Table}') IS NOT NULL";

    public override IReadOnlyList<string> Migrations { get; } = SchemaVersion.MigrationsIn(typeof(PostgresDatabase).Assembly);

    public override bool TimesAreTicks => false;

    public override string JsonParameter(int number) => $"${number}::jsonb";

    public override bool IsBehindPooler { get; }

    /// <summary>True for a connection string that names a PostgreSQL server: one with <c>Host</c>.</summary>
    public static bool Accepts(string connectionString)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connectionString }.ContainsKey("Host");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// Opens a pool. What the connection string leaves out is set for a server that answers fast or not at all: 3 s to get a
    /// connection, 10 s for a statement, at most 40 connections a node, statements prepared by themselves. At most four callers open at
    /// once. Behind a connection pooler statements are not prepared, unless the connection string says so.
    /// </summary>
    /// <param name="looksForPooler">False: connects to nothing before the first statement, and takes it that there is no pooler.</param>
    public static PostgresDatabase Open(string connectionString, bool looksForPooler = true)
    {
        var settings = Complete(connectionString);
        var pool = CreatePool(connectionString);
        if (!looksForPooler || !LeadsToPooler(pool, settings.Timeout))
            return new PostgresDatabase(pool, ownsPool: true, settings, isBehindPooler: false);
        if (new NpgsqlConnectionStringBuilder(connectionString).ShouldSerialize(AutoPrepare))
            return new PostgresDatabase(pool, ownsPool: true, settings, isBehindPooler: true);

        pool.Dispose();
        settings.MaxAutoPrepare = 0;
        return new PostgresDatabase(
            new NpgsqlDataSourceBuilder(settings.ConnectionString).Build(), ownsPool: true, settings, isBehindPooler: true);
    }

    /// <summary>The same on a pool of the caller, which leads to the database itself and stays open when the database is closed.</summary>
    /// <param name="connectionString">What <paramref name="pool"/> was created for.</param>
    /// <param name="pool">From <see cref="CreatePool"/>.</param>
    public static PostgresDatabase OpenOn(string connectionString, NpgsqlDataSource pool) =>
        new(pool, ownsPool: false, Complete(connectionString), isBehindPooler: false);

    /// <summary>A pool as <see cref="Open"/> makes it where there is no pooler; nothing is opened yet.</summary>
    public static NpgsqlDataSource CreatePool(string connectionString) =>
        new NpgsqlDataSourceBuilder(Complete(connectionString).ConnectionString).Build();

    // PostgreSQL names the process of a connection when it is opened. PgBouncer and its like name another one than that which answers. The
    // connection stays in the pool for the first statement. A database that cannot be reached is reported by that one.
    private static bool LeadsToPooler(NpgsqlDataSource dataSource, int seconds)
    {
        try
        {
            // The way that is not asynchronous waits for a name server that does not answer for as long as the system does.
            using var over = new CancellationTokenSource();
            if (seconds > 0)
                over.CancelAfter(TimeSpan.FromSeconds(seconds));
            using var connection = dataSource.OpenConnectionAsync(over.Token).AsTask().GetAwaiter().GetResult();
            using var ask = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
            return (int)ask.ExecuteScalar()! != connection.ProcessID;
        }
        catch (Exception failure)
            when (failure is NpgsqlException or SocketException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    public override void Configure(DbContextOptionsBuilder options) =>
        options.UseNpgsql(_dataSource, npgsql => npgsql
            .MigrationsAssembly(typeof(PostgresDatabase).Assembly.GetName().Name)
            .MigrationsHistoryTable(SchemaVersion.Table))
        .AddInterceptors(new OpeningInterceptor(_openings));

    // Uses a connection of its own: the holder of the lock works with the connections of the pool, even if there is only one. The lock
    // belongs to a transaction: a lock that belongs to the session would stay with a connection of a pooler.
    public override async Task<IAsyncDisposable> HoldLockAsync(string name, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_unpooledConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.BeginTransactionAsync(cancellationToken);
            await using var stay = new NpgsqlCommand("SET LOCAL idle_in_transaction_session_timeout = 0", connection);
            await stay.ExecuteNonQueryAsync(cancellationToken);
            await using var hold = new NpgsqlCommand(TakeLockSql, connection) { CommandTimeout = 0 };
            hold.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "identityhub:" + name });
            await hold.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) =>
        (await Call("SELECT clock_timestamp()").ListAsync(static row => row.Time(), cancellationToken))[0];

    public override string? AdviceFor(Exception exception) => PostgresAdvice.For(exception, _role);

    // On a thread of its own and without a continuation for each of many small values: they go into a buffer, rarely to the socket.
    public override Task WriteAuditAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        Task.Run(() => WriteAudit(events), cancellationToken);

    private void WriteAudit(IReadOnlyList<AuditEvent> events)
    {
        using var connection = _dataSource.OpenConnection();
        using var copy = connection.BeginBinaryImport(
            "COPY audit_events (trace_id, id, at, type, endpoint, grant_type, client_id, user_id, session_id, reason, detail, ip_address, "
                + "generation, actor_id, target, changes) FROM STDIN (FORMAT BINARY)");
        foreach (var audit in events)
        {
            copy.StartRow();
            copy.Write(audit.TraceId, NpgsqlDbType.Uuid);
            copy.Write(audit.Id, NpgsqlDbType.Uuid);
            copy.Write(audit.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            copy.Write(audit.Type, NpgsqlDbType.Varchar);
            copy.Write(audit.Endpoint, NpgsqlDbType.Varchar);
            Text(audit.GrantType);
            Text(audit.ClientId);
            Uuid(audit.UserId);
            Uuid(audit.SessionId);
            Text(audit.Reason);
            Text(audit.Detail);
            Text(audit.IpAddress);
            Text(audit.Generation);
            Uuid(audit.ActorId);
            Text(audit.Target);
            Text(audit.Changes);
        }

        copy.Complete();

        void Text(string? value)
        {
            if (value is null)
                copy.WriteNull();
            else
                copy.Write(value, NpgsqlDbType.Varchar);
        }

        void Uuid(Guid? value)
        {
            if (value is null)
                copy.WriteNull();
            else
                copy.Write(value.Value, NpgsqlDbType.Uuid);
        }
    }

    public override async Task WaitForConfigChangeAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        // A pooler gives the connection to other clients between two statements, so a notification would reach any of them.
        if (IsBehindPooler)
        {
            await Task.Delay(atMost, time, cancellationToken);
            return;
        }

        try
        {
            if (_listener is null)
            {
                // A change that was announced before this listener started is seen by the caller's next look.
                _listener = await ListenAsync(cancellationToken);
                return;
            }

            await _listener.WaitAsync(atMost, cancellationToken);
        }
        catch (Exception failure) when (!failure.IsCancellation(cancellationToken))
        {
            // Whatever it was, a new connection is the cure, and a pause keeps a lasting fault from filling the log.
            await DropListenerAsync();
            await Task.Delay(atMost, time, cancellationToken);
        }
    }

    private async Task<NpgsqlConnection> ListenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_unpooledConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var listen = new NpgsqlCommand($"LISTEN {ConfigChannel}", connection);
            await listen.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task AnnounceConfigChangeAsync(
        DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var notify = connection.CreateCommand();
        notify.Transaction = transaction;
        notify.CommandText = $"NOTIFY {ConfigChannel}";
        await notify.ExecuteNonQueryAsync(cancellationToken);
    }

    public override bool IsUnavailable(Exception exception)
    {
        foreach (var cause in PostgresAdvice.CausesOf(exception))
        {
            if (cause is PostgresException { SqlState: { } state })
                return state.StartsWith("08", StringComparison.Ordinal)
                    || state.StartsWith("40", StringComparison.Ordinal)
                    || state.StartsWith("53", StringComparison.Ordinal)
                    || state.StartsWith("57P", StringComparison.Ordinal)
                    || state is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction;
            if (cause is NpgsqlException or SocketException or TimeoutException)
                return true;
        }

        return false;
    }

    public override string CauseOf(Exception failure)
    {
        if (PostgresAdvice.CausesOf(failure).OfType<PostgresException>().FirstOrDefault() is { } said)
            return $"SQLSTATE {said.SqlState}: {said.MessageText}";

        var last = failure.GetBaseException();
        return PostgresAdvice.NameFaultOf(failure, _host)
            ?? (last is TimeoutException
                ? $"neither '{_host}' nor a name server for it has answered in time"
                : $"{last.GetType().Name}: {last.Message}");
    }

    public override bool IsConflict(Exception exception) =>
        HasState(exception, PostgresErrorCodes.DeadlockDetected, PostgresErrorCodes.SerializationFailure);

    public override bool IsUniqueViolation(Exception exception) => HasState(exception, PostgresErrorCodes.UniqueViolation);

    public override async ValueTask DisposeAsync()
    {
        await DropListenerAsync();
        if (_ownsPool)
            await base.DisposeAsync();
    }

    protected override ValueTask OpenAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(_openings.OpenAsync(connection, cancellationToken));

    protected override async ValueTask CloseAsync(DbConnection connection)
    {
        await connection.DisposeAsync();
        _openings.GiveBack();
    }

    protected override ValueTask<DbTransaction> BeginOnAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

    protected override void AddParameter(DbCommand command, object? value, DbType type) =>
        command.Parameters.Add(
            type == DbType.Object
                ? new NpgsqlParameter { Value = value }
                : new NpgsqlParameter { Value = value ?? DBNull.Value, DbType = type });

    private static bool HasState(Exception exception, params ReadOnlySpan<string> states)
    {
        foreach (var cause in PostgresAdvice.CausesOf(exception))
        {
            if (cause is PostgresException { SqlState: var state } && states.Contains(state))
                return true;
        }

        return false;
    }

    private static NpgsqlConnectionStringBuilder Complete(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = given.ApplicationName ?? "IdentityHub" };
        SetUnlessGiven("Timeout", () => settings.Timeout = 3);
        SetUnlessGiven("Command Timeout", () => settings.CommandTimeout = 10);
        SetUnlessGiven("Maximum Pool Size", () => settings.MaxPoolSize = 40);
        SetUnlessGiven(AutoPrepare, () => settings.MaxAutoPrepare = 100);
        SetUnlessGiven("Auto Prepare Min Usages", () => settings.AutoPrepareMinUsages = 2);
        SetUnlessGiven("No Reset On Close", () => settings.NoResetOnClose = true);
        SetUnlessGiven("Keepalive", () => settings.KeepAlive = 30);
        return settings;

        void SetUnlessGiven(string keyword, Action set)
        {
            if (!given.ShouldSerialize(keyword))
                set();
        }
    }

    private async Task DropListenerAsync()
    {
        if (_listener is not { } listener)
            return;
        _listener = null;
        await listener.DisposeAsync();
    }
}
