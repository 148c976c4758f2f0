using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Sql;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage;

/// <summary>The database behind all nodes: PostgreSQL or SQLite. One instance a process, thread-safe.</summary>
public abstract class HubDatabase(DbDataSource dataSource) : IAsyncDisposable
{
    /// <summary>Short name for logs and the OpenTelemetry attribute <c>db.system.name</c>: <c>postgresql</c> or <c>sqlite</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True where one statement may hold several that write (<c>WITH x AS (UPDATE …) INSERT …</c>).</summary>
    public abstract bool WritesInCommonTableExpressions { get; }

    /// <summary>
    /// Ends a SELECT whose rows must stay as they are until the transaction ends: <c> FOR SHARE</c>, or nothing where only one writes.
    /// </summary>
    public abstract string ShareRowsSql { get; }

    /// <summary>
    /// Ends a SELECT whose rows no other transaction may lock or change until this one ends: <c> FOR NO KEY UPDATE</c>, which lets rows
    /// that refer to them be written, or nothing where only one writes.
    /// </summary>
    public abstract string LockRowsSql { get; }

    /// <summary>
    /// Ends a SELECT of rows to be taken: <c> FOR UPDATE SKIP LOCKED</c>, which passes over what others are taking, or nothing where only
    /// one writes.
    /// </summary>
    public abstract string TakeRowsSql { get; }

    /// <summary>
    /// Takes the lock that <c>$1</c> names until the transaction ends; null where a transaction that may write is the lock.
    /// </summary>
    public abstract string? TakeLockSql { get; }

    /// <summary>
    /// Lets the statements of a transaction be planned by their values, each time anew; null where that is done anyway. For a statement
    /// whose best plan differs from value to value.
    /// </summary>
    public virtual string? PlanByValuesSql => null;

    /// <summary>True where a row has an address, <c>ctid</c>, and a table can be read from an address on.</summary>
    public virtual bool HasRowAddresses => false;

    /// <summary>True where a parameter may be an array, and one statement write a row for each of its values.</summary>
    public virtual bool TakesArrays => false;

    /// <summary>
    /// Makes the months of the audit trail that are missing: that of <c>$1</c>, and as many after it as <c>$2</c> says; selects how many
    /// it has made. Null where the trail is one table.
    /// </summary>
    public virtual string? AuditMonthsSql => null;

    /// <summary>
    /// Drops the months of the audit trail whose last row is older than <c>$1</c>, and deletes at most <c>$2</c> older rows that are in no
    /// month; selects how many months and rows went. Null where the trail is one table.
    /// </summary>
    public virtual string? DropAuditSql => null;

    /// <summary>Selects the name of any table in the schema that the hub works in, its own list of migrations left out.</summary>
    public abstract string AnyTableSql { get; }

    /// <summary>Selects the name of the table <see cref="SchemaVersion.Table"/>; no row where there is none.</summary>
    public abstract string MigrationTableSql { get; }

    /// <summary>Names of the migrations of this version, the oldest first.</summary>
    public abstract IReadOnlyList<string> Migrations { get; }

    /// <summary>True where a time is stored as UTC ticks.</summary>
    public abstract bool TimesAreTicks { get; }

    /// <summary>The parameter <c>$n</c> as a value of a JSON column: <c>$n::jsonb</c>, or the parameter alone where JSON is text.</summary>
    /// <param name="number">Its n.</param>
    public abstract string JsonParameter(int number);

    /// <summary>Ends a condition: the column before it is one of the words of the text <c>$n</c>, which are apart by one blank.</summary>
    /// <param name="number">The n of the parameter.</param>
    public abstract string InListSql(int number);

    /// <summary>How SQL compares text by its bytes, in the order of an index that finds beginnings.</summary>
    public virtual ByteOrder ByteOrder { get; } = new(">", ">=", "");

    /// <summary>
    /// True where a connection pooler such as PgBouncer is between this process and the database: nothing may depend on the session of a
    /// connection.
    /// </summary>
    public virtual bool IsBehindPooler => false;

    /// <summary>The files of the database on this machine; none of a server's.</summary>
    public virtual IReadOnlyList<string> Files => [];

    /// <summary>Where connections come from.</summary>
    protected internal DbDataSource DataSource { get; } = dataSource;

    // The statements are those of the program: there are no more than it has.
    private readonly ConcurrentDictionary<string, StatementColumns> _columns = new(StatementTexts.Comparer);

    // At most so many transactions of one user, or statements on one counter, hold a connection of this node at once; more wait without
    // one.
    private readonly KeyedTurns _turns = new(TransactionsPerKey);

    // What is done by one caller of this node at a time.
    private readonly KeyedTurns _single = new(1);

    /// <summary>How many transactions of one user hold a connection of a node at once. Others wait without a connection.</summary>
    public const int TransactionsPerKey = 4;

    /// <summary>Points Entity Framework Core at this database and its migrations.</summary>
    public abstract void Configure(DbContextOptionsBuilder options);

    /// <summary>A statement outside any transaction.</summary>
    public SqlCall Call(string sql)
    {
        var command = DataSource.CreateConnection().CreateCommand();
        command.CommandText = sql;
        return new SqlCall(this, command, inTransaction: false);
    }

    /// <summary>Opens a transaction that may write; on SQLite it holds the write lock from the start.</summary>
    public async Task<SqlTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        var turn = await TakeTurnAsync("BEGIN", cancellationToken);
        DbConnection? connection = null;
        try
        {
            connection = DataSource.CreateConnection();
            await OpenAsync(connection, cancellationToken);
            return new SqlTransaction(this, connection, await BeginOnAsync(connection, cancellationToken), turn);
        }
        catch
        {
            if (connection is not null)
                await CloseAsync(connection);
            turn?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs a transaction that locks rows of one user. At most <see cref="TransactionsPerKey"/> of them run at once on this node, so that
    /// the requests of one user cannot use up the pool of connections. A transaction that the database ended because of a deadlock
    /// (SQLSTATE 40P01) or a serialization failure (40001) is run a second time.
    /// </summary>
    /// <param name="userId">Whose rows are locked.</param>
    /// <param name="work">What is done. It commits; what it does outside the transaction must bear being done twice.</param>
    public async Task<T> RunAsync<T>(Guid userId, Func<SqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(userId, cancellationToken);
        return await RunAsync(work, cancellationToken);
    }

    /// <summary>
    /// The same for a transaction around a value that can be used once, whose tries are counted before: however many come with it at once,
    /// all of them run.
    /// </summary>
    public Task<T> RunAsync<T>(Func<SqlTransaction, Task<T>> work, CancellationToken cancellationToken) => RepeatOnConflictAsync(
        async () =>
        {
            await using var transaction = await BeginAsync(cancellationToken);
            return await work(transaction);
        });

    /// <summary>
    /// Waits, without a connection, until no other caller of this node works under the key: for work that would wait for one lock of the
    /// database, each with a connection of its own. The turn ends when the answer is disposed. It is taken before any transaction.
    /// </summary>
    /// <param name="key">What is done one at a time.</param>
    /// <param name="mostWaiting">Null is answered at once where as many wait already.</param>
    public ValueTask<IDisposable?> TryTakeTurnAsync(Guid key, int mostWaiting, CancellationToken cancellationToken) =>
        _single.TryTakeAsync(key, mostWaiting, cancellationToken);

    /// <summary>Where a statement has its columns.</summary>
    /// <param name="answer">To its text.</param>
    internal StatementColumns ColumnsOf(string sql, DbDataReader answer) =>
        _columns.TryGetValue(sql, out var known) ? known : _columns.GetOrAdd(sql, StatementColumns.Of(answer));

    /// <summary>
    /// Waits until fewer than <see cref="TransactionsPerKey"/> callers of this node work on the same row. The turn ends when the answer is
    /// disposed.
    /// </summary>
    internal ValueTask<IDisposable> TakeRowTurnAsync(Guid key, CancellationToken cancellationToken) =>
        _turns.TakeAsync(key, cancellationToken);

    /// <summary>Runs what changes nothing when it fails, and runs it a second time after a deadlock or a serialization failure.</summary>
    internal async Task<T> RepeatOnConflictAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (IsConflict(failure))
        {
            StorageMetrics.Repeated(Name);
        }

        return await work();
    }

    /// <summary>
    /// Opens a transaction that holds the lock <paramref name="name"/>, and waits for it: no other caller, on any node, holds it meanwhile.
    /// The lock ends with the transaction.
    /// </summary>
    public async Task<SqlTransaction> BeginLockedAsync(string name, CancellationToken cancellationToken)
    {
        var transaction = await BeginAsync(cancellationToken);
        try
        {
            await transaction.LockAsync(name, cancellationToken);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Keeps others, on any node, from the lock <paramref name="name"/> until the answer is disposed. What is written meanwhile has
    /// transactions of its own. Waits as long as it takes.
    /// </summary>
    public abstract Task<IAsyncDisposable> HoldLockAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes audit rows in one round trip.</summary>
    public abstract Task WriteAuditAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until somebody says that the configuration or the signing keys changed, or <paramref name="atMost"/> has passed.
    /// SQLite has no other nodes and only waits.
    /// </summary>
    public abstract Task WaitForConfigChangeAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken);

    /// <summary>
    /// Tells all nodes, when <paramref name="transaction"/> commits, that the configuration or the signing keys changed.
    /// </summary>
    public abstract Task AnnounceConfigChangeAsync(
        DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken);

    /// <summary>The time by the clock of the database; null where that is the clock of this machine.</summary>
    public virtual Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

    /// <summary>
    /// What an administrator can do about a failure whose own message does not say: a missing right, a pooler. Null where there is nothing
    /// to add.
    /// </summary>
    public virtual string? AdviceFor(Exception exception) => null;

    /// <summary>Why the database cannot be used, for the log: with the code or the words of the database, and no value of a row.</summary>
    /// <param name="failure">One for which <see cref="IsUnavailable"/> is true, or any other.</param>
    public virtual string CauseOf(Exception failure) => failure.GetType().Name;

    /// <summary>
    /// True when the exception says that the database cannot be reached or is busy, rather than that the caller is wrong.
    /// </summary>
    public abstract bool IsUnavailable(Exception exception);

    /// <summary>
    /// True when the database ended the transaction because of a deadlock or a serialization failure: the same work may succeed a moment
    /// later.
    /// </summary>
    public abstract bool IsConflict(Exception exception);

    /// <summary>True when the exception is a violated unique constraint.</summary>
    public abstract bool IsUniqueViolation(Exception exception);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return DataSource.DisposeAsync();
    }

    /// <summary>
    /// Waits, without holding a thread, until it is this caller's turn to run a statement outside any transaction, or to begin one.
    /// Null where the database itself lets many write at once. The turn ends when the answer is disposed.
    /// </summary>
    protected internal virtual ValueTask<IDisposable?> TakeTurnAsync(string sql, CancellationToken cancellationToken) =>
        new((IDisposable?)null);

    /// <summary>Takes a connection from the pool.</summary>
    protected internal virtual ValueTask OpenAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(connection.OpenAsync(cancellationToken));

    /// <summary>Gives a connection back to the pool, also one that did not open.</summary>
    protected internal virtual ValueTask CloseAsync(DbConnection connection) => connection.DisposeAsync();

    /// <summary>Begins a transaction that may write.</summary>
    protected internal abstract ValueTask<DbTransaction> BeginOnAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Adds a value to a command in the provider's own way.</summary>
    /// <param name="type"><see cref="DbType.Object"/>: an array, whose type is that of its values.</param>
    protected internal abstract void AddParameter(DbCommand command, object? value, DbType type);
}
