using System.Data;
using System.Data.Common;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Testing;

/// <summary>
/// The database of a node, with a look at every raw statement before it runs. What Entity Framework Core runs, and the rows of the audit
/// trail, are not seen.
/// </summary>
/// <param name="inner">The database as production opens it; closed together with this object.</param>
/// <param name="listens">
/// False: another configuration is seen by a look on the clock of the node, as behind a pooler, because nobody else announces one. It saves
/// the node the connection that only listens.
/// </param>
/// <param name="closed">Called once it is closed.</param>
public sealed class ObservedDatabase(HubDatabase inner, bool listens, Action closed) : HubDatabase(new ObservedDataSource(inner.DataSource))
{
    private bool _isClosed;

    /// <summary>
    /// Awaited with the text of each raw statement before it runs, and with <c>BEGIN</c> before a transaction begins. Outside a
    /// transaction, and at <c>BEGIN</c>, the caller holds neither a connection nor the turn to write. Null: statements run at once.
    /// </summary>
    public Func<string, CancellationToken, Task>? BeforeStatement
    {
        get => ((ObservedDataSource)DataSource).BeforeStatement;
        set => ((ObservedDataSource)DataSource).BeforeStatement = value;
    }

    public override string Name => inner.Name;

    public override bool WritesInCommonTableExpressions => inner.WritesInCommonTableExpressions;

    public override string ShareRowsSql => inner.ShareRowsSql;

    public override string LockRowsSql => inner.LockRowsSql;

    public override string TakeRowsSql => inner.TakeRowsSql;

    public override string? TakeLockSql => inner.TakeLockSql;

    public override bool HasRowAddresses => inner.HasRowAddresses;

    /// <summary>True where each caller has a statement of their own, also where the database could answer several with one.</summary>
    public bool AnswersEachAlone { get; set; }

    public override bool TakesArrays => inner.TakesArrays && !AnswersEachAlone;

    public override string? AuditMonthsSql => inner.AuditMonthsSql;

    public override string? DropAuditSql => inner.DropAuditSql;

    public override string AnyTableSql => inner.AnyTableSql;

    public override string MigrationTableSql => inner.MigrationTableSql;

    public override IReadOnlyList<string> Migrations => inner.Migrations;

    public override bool TimesAreTicks => inner.TimesAreTicks;

    public override string JsonParameter(int number) => inner.JsonParameter(number);

    public override string InListSql(int number) => inner.InListSql(number);

    public override string? PlanByValuesSql => inner.PlanByValuesSql;

    public override bool IsBehindPooler => inner.IsBehindPooler;

    public override IReadOnlyList<string> Files => inner.Files;

    public override void Configure(DbContextOptionsBuilder options) => inner.Configure(options);

    public override Task<IAsyncDisposable> HoldLockAsync(string name, CancellationToken cancellationToken) =>
        inner.HoldLockAsync(name, cancellationToken);

    public override Task WriteAuditAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        inner.WriteAuditAsync(events, cancellationToken);

    public override Task WaitForConfigChangeAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) =>
        listens ? inner.WaitForConfigChangeAsync(atMost, time, cancellationToken) : Task.Delay(atMost, time, cancellationToken);

    public override Task AnnounceConfigChangeAsync(
        DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken) =>
        inner.AnnounceConfigChangeAsync(connection, transaction, cancellationToken);

    public override Task<DateTimeOffset?> ReadClockAsync(CancellationToken cancellationToken) => inner.ReadClockAsync(cancellationToken);

    public override string? AdviceFor(Exception exception) => inner.AdviceFor(exception);

    public override bool IsUnavailable(Exception exception) => inner.IsUnavailable(exception);

    public override bool IsConflict(Exception exception) => inner.IsConflict(exception);

    public override bool IsUniqueViolation(Exception exception) => inner.IsUniqueViolation(exception);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await inner.DisposeAsync();
        if (!Interlocked.Exchange(ref _isClosed, true))
            closed();
    }

    protected internal override ValueTask<IDisposable?> TakeTurnAsync(string sql, CancellationToken cancellationToken) =>
        BeforeStatement is { } before
            ? TakeTurnAfterAsync(before(sql, cancellationToken), sql, cancellationToken)
            : inner.TakeTurnAsync(sql, cancellationToken);

    protected internal override ValueTask OpenAsync(DbConnection connection, CancellationToken cancellationToken) =>
        inner.OpenAsync(connection, cancellationToken);

    protected internal override ValueTask CloseAsync(DbConnection connection) => inner.CloseAsync(connection);

    protected internal override ValueTask<DbTransaction> BeginOnAsync(DbConnection connection, CancellationToken cancellationToken) =>
        inner.BeginOnAsync(((ObservedConnection)connection).Inner, cancellationToken);

    protected internal override void AddParameter(DbCommand command, object? value, DbType type) =>
        inner.AddParameter(command, value, type);

    private async ValueTask<IDisposable?> TakeTurnAfterAsync(Task before, string sql, CancellationToken cancellationToken)
    {
        await before;
        return await inner.TakeTurnAsync(sql, cancellationToken);
    }
}
