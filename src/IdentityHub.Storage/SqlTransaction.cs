using System.Data.Common;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage;

/// <summary>A transaction for raw statements; rolls back unless <see cref="CommitAsync"/> was called.</summary>
public sealed class SqlTransaction : IAsyncDisposable
{
    private const string InsertAuditSql =
        """
        INSERT INTO audit_events (trace_id, id, at, type, endpoint, grant_type, client_id, user_id, session_id, reason, detail, ip_address, generation,
                                  actor_id, target, changes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """;

    private readonly IDisposable? _turn;

    internal SqlTransaction(HubDatabase database, DbConnection connection, DbTransaction transaction, IDisposable? turn)
    {
        Database = database;
        _turn = turn;
        Connection = connection;
        Transaction = transaction;
    }

    /// <summary>Where it was opened.</summary>
    internal HubDatabase Database { get; }

    /// <inheritdoc cref="HubDatabase.LockRowsSql"/>
    internal string LockRowsSql => Database.LockRowsSql;

    /// <inheritdoc cref="HubDatabase.ShareRowsSql"/>
    internal string ShareRowsSql => Database.ShareRowsSql;

    /// <summary>What the statements run on.</summary>
    public DbConnection Connection { get; }

    /// <summary>For sharing the transaction, and its connection, with Entity Framework Core.</summary>
    public DbTransaction Transaction { get; }

    /// <summary>A statement inside the transaction.</summary>
    public SqlCall Call(string sql)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = Transaction;
        return new SqlCall(Database, command, inTransaction: true);
    }

    /// <summary>
    /// Takes the lock <paramref name="name"/>, and waits for it: no other caller, on any node, holds it until this transaction ends.
    /// </summary>
    public async Task LockAsync(string name, CancellationToken cancellationToken)
    {
        if (Database.TakeLockSql is { } lockSql)
            await Call(lockSql).With("identityhub:" + name).ExecuteAsync(cancellationToken);
    }

    /// <summary>Adds an audit row together with what it tells of: both or neither.</summary>
    public Task AddAuditAsync(AuditEvent audit, CancellationToken cancellationToken) =>
        Call(InsertAuditSql)
            .With(audit.TraceId)
            .With(audit.Id)
            .With(audit.At)
            .With(audit.Type)
            .With(audit.Endpoint)
            .With(audit.GrantType)
            .With(audit.ClientId)
            .With(audit.UserId)
            .With(audit.SessionId)
            .With(audit.Reason)
            .With(audit.Detail)
            .With(audit.IpAddress)
            .With(audit.Generation)
            .With(audit.ActorId)
            .With(audit.Target)
            .With(audit.Changes)
            .ExecuteAsync(cancellationToken);

    /// <summary>Deletes the rows with these keys: in one statement where the database takes arrays.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="column">The column of the key.</param>
    internal async Task DeleteAsync(string table, string column, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        if (Database.TakesArrays)
        {
            await Call($"DELETE FROM {table} WHERE {column} = ANY ($1::bytea[])").With([.. keys]).ExecuteAsync(cancellationToken);
            return;
        }

        foreach (var key in keys)
            await Call($"DELETE FROM {table} WHERE {column} = $1").With(key).ExecuteAsync(cancellationToken);
    }

    public Task CommitAsync(CancellationToken cancellationToken) => Transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Transaction.DisposeAsync();
            await Database.CloseAsync(Connection);
        }
        finally
        {
            _turn?.Dispose();
        }
    }
}
