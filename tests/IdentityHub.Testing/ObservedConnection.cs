using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace IdentityHub.Testing;

/// <summary>Connections whose statements inside a transaction are seen before they run.</summary>
internal sealed class ObservedDataSource(DbDataSource inner) : DbDataSource
{
    /// <inheritdoc cref="ObservedDatabase.BeforeStatement"/>
    public Func<string, CancellationToken, Task>? BeforeStatement { get; set; }

    public override string ConnectionString => inner.ConnectionString;

    protected override DbConnection CreateDbConnection() => new ObservedConnection(inner.CreateConnection(), this);
}

/// <summary>A connection of an <see cref="ObservedDataSource"/>.</summary>
internal sealed class ObservedConnection(DbConnection inner, ObservedDataSource source) : DbConnection
{
    public DbConnection Inner => inner;

    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

    public override void Open() => inner.Open();

    public override Task OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public override void Close() => inner.Close();

    public override Task CloseAsync() => inner.CloseAsync();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => inner.BeginTransaction(isolationLevel);

    protected override DbCommand CreateDbCommand() => new ObservedCommand(inner.CreateCommand(), this, source);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
