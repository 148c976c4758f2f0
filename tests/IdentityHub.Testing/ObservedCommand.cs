using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace IdentityHub.Testing;

/// <summary>
/// A statement of an <see cref="ObservedConnection"/>. Only what runs inside a transaction is seen here: all else was seen before it took
/// its connection.
/// </summary>
internal sealed class ObservedCommand(DbCommand inner, ObservedConnection connection, ObservedDataSource source) : DbCommand
{
    [AllowNull]
    public override string CommandText
    {
        get => inner.CommandText;
        [SuppressMessage("Security", "CA2100", Justification = "The text is the caller's.")]
        set => inner.CommandText = value;
    }

    public override int CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => inner.CommandType;
        set => inner.CommandType = value;
    }

    public override bool DesignTimeVisible
    {
        get => inner.DesignTimeVisible;
        set => inner.DesignTimeVisible = value;
    }

    public override UpdateRowSource UpdatedRowSource
    {
        get => inner.UpdatedRowSource;
        set => inner.UpdatedRowSource = value;
    }

    protected override DbConnection? DbConnection
    {
        get => connection;
        set => throw new NotSupportedException("A statement stays on the connection that made it.");
    }

    protected override DbParameterCollection DbParameterCollection => inner.Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => inner.Transaction;
        set => inner.Transaction = value;
    }

    public override void Cancel() => inner.Cancel();

    public override void Prepare() => inner.Prepare();

    public override int ExecuteNonQuery() => throw OnlyAsync();

    public override object? ExecuteScalar() => throw OnlyAsync();

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        await ObserveAsync(cancellationToken);
        return await inner.ExecuteNonQueryAsync(cancellationToken);
    }

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        await ObserveAsync(cancellationToken);
        return await inner.ExecuteScalarAsync(cancellationToken);
    }

    protected override DbParameter CreateDbParameter() => inner.CreateParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw OnlyAsync();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        await ObserveAsync(cancellationToken);
        return await inner.ExecuteReaderAsync(behavior, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    // A hook cannot be awaited where a thread waits.
    private static NotSupportedException OnlyAsync() => new("Raw statements of the hub run asynchronously.");

    private Task ObserveAsync(CancellationToken cancellationToken) =>
        inner.Transaction is not null && source.BeforeStatement is { } before
            ? before(inner.CommandText, cancellationToken)
            : Task.CompletedTask;
}
