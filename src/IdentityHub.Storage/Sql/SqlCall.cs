using System.Data;
using System.Data.Common;

namespace IdentityHub.Storage.Sql;

/// <summary>
/// One statement on its way to the database: text with <c>$1 … $n</c>, then its values in order, then how to run it.
/// For the statements of hot paths; everything else goes through <see cref="HubDbContext"/>.
/// </summary>
public sealed class SqlCall
{
    private readonly DbCommand _command;
    private readonly HubDatabase _database;
    private readonly bool _inTransaction;

    internal SqlCall(HubDatabase database, DbCommand command, bool inTransaction)
    {
        _database = database;
        _command = command;
        _inTransaction = inTransaction;
    }

    /// <summary>Adds the next value.</summary>
    public SqlCall With(string? value) => Add(value, DbType.String);

    /// <inheritdoc cref="With(string?)"/>
    public SqlCall With(byte[]? value) => Add(value, DbType.Binary);

    /// <inheritdoc cref="With(string?)"/>
    public SqlCall With(Guid? value) => Add(value, DbType.Guid);

    /// <inheritdoc cref="With(string?)"/>
    public SqlCall With(int? value) => Add(value, DbType.Int32);

    /// <inheritdoc cref="With(string?)"/>
    public SqlCall With(long? value) => Add(value, DbType.Int64);

    /// <inheritdoc cref="With(string?)"/>
    public SqlCall With(bool value) => Add(value, DbType.Boolean);

    /// <summary>Adds the next value; stored in UTC.</summary>
    public SqlCall With(DateTimeOffset? value) => _database.TimesAreTicks
        ? Add(value?.UtcTicks, DbType.Int64)
        : Add(value?.UtcDateTime, DbType.DateTime);

    /// <summary>Adds an array, where <see cref="HubDatabase.TakesArrays"/>.</summary>
    public SqlCall With(byte[][] values) => Add(values, DbType.Object);

    /// <inheritdoc cref="With(byte[][])"/>
    public SqlCall With(int[] values) => Add(values, DbType.Object);

    /// <inheritdoc cref="With(byte[][])"/>
    public SqlCall With(string?[] values) => Add(values, DbType.Object);

    /// <inheritdoc cref="With(byte[][])"/>
    public SqlCall With(Guid?[] values) => Add(values, DbType.Object);

    /// <summary>Adds an array of times, in UTC.</summary>
    public SqlCall With(DateTimeOffset[] values) => Add(Array.ConvertAll(values, static value => value.UtcDateTime), DbType.Object);

    /// <summary>Lets the statement take as long as it needs: for work that no request waits for.</summary>
    public SqlCall WithoutTimeout()
    {
        _command.CommandTimeout = 0;
        return this;
    }

    /// <summary>Runs the statement.</summary>
    /// <returns>How many rows it changed: what decides about single use.</returns>
    public Task<int> ExecuteAsync(CancellationToken cancellationToken) =>
        RunAsync(
            (object?)null, static (call, _, cancellationToken) => call._command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);

    /// <summary>Runs the statement and reads its first row; null when there is none.</summary>
    public Task<T?> FirstOrNullAsync<T>(Func<Row, T> read, CancellationToken cancellationToken)
        where T : class =>
        RunAsync(read, static (call, read, cancellationToken) => call.ReadFirstAsync(read, cancellationToken), cancellationToken);

    /// <summary>Runs the statement and reads all its rows.</summary>
    public Task<List<T>> ListAsync<T>(Func<Row, T> read, CancellationToken cancellationToken) =>
        RunAsync(read, static (call, read, cancellationToken) => call.ReadAllAsync(read, cancellationToken), cancellationToken);

    // A second time after a conflict. What varies is an argument, so that no statement needs a closure.
    private async Task<TResult> RunAsync<TRead, TResult>(
        TRead read, Func<SqlCall, TRead, CancellationToken, Task<TResult>> run, CancellationToken cancellationToken)
    {
        await using var command = _command;
        await using var place = await StartAsync(cancellationToken);
        try
        {
            return await run(this, read, cancellationToken);
        }
        catch (Exception failure) when (MayRepeat(failure))
        {
            return await run(this, read, cancellationToken);
        }
    }

    private async Task<T?> ReadFirstAsync<T>(Func<Row, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var reader = await _command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(RowOf(reader)) : null;
    }

    private async Task<List<T>> ReadAllAsync<T>(Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await _command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        if (!await reader.ReadAsync(cancellationToken))
            return rows;
        var row = RowOf(reader);
        do
            rows.Add(read(row));
        while (await reader.ReadAsync(cancellationToken));
        return rows;
    }

    // It shows whichever row the reader is at.
    private Row RowOf(DbDataReader reader) => new(reader, _database.ColumnsOf(_command.CommandText, reader), _database.TimesAreTicks);

    // A statement that is a transaction of its own has changed nothing when it failed. Inside a larger one the whole has to be repeated.
    private bool MayRepeat(Exception failure)
    {
        if (_inTransaction || !_database.IsConflict(failure))
            return false;
        StorageMetrics.Repeated(_database.Name);
        return true;
    }

    // Inside a transaction, turn and connection are the transaction's.
    private async ValueTask<Place> StartAsync(CancellationToken cancellationToken)
    {
        if (_inTransaction)
            return default;

        var turn = await _database.TakeTurnAsync(_command.CommandText, cancellationToken);
        var place = new Place(_database, _command.Connection!, turn);
        try
        {
            await _database.OpenAsync(_command.Connection!, cancellationToken);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    private SqlCall Add(object? value, DbType type)
    {
        _database.AddParameter(_command, value, type);
        return this;
    }

    // What a statement outside any transaction works with: a connection and, on SQLite, the turn to write.
    private readonly record struct Place(HubDatabase? Database, DbConnection? Connection, IDisposable? Turn) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                if (Connection is not null)
                    await Database!.CloseAsync(Connection);
            }
            finally
            {
                Turn?.Dispose();
            }
        }
    }
}
