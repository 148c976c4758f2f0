using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage.Postgres;
using IdentityHub.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>
/// The database of another program: read in one transaction that sees one state of it, and never written. Names of tables and columns are
/// found without regard to case and underscores.
/// </summary>
internal sealed class SourceDatabase : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly string? _schema;
    private readonly Dictionary<string, string> _tables = new(SourceNames.Comparer);

    private SourceDatabase(DbConnection connection, DbTransaction transaction, string? schema) =>
        (_connection, _transaction, _schema) = (connection, transaction, schema);

    /// <param name="schema">Of PostgreSQL; null for the one that the connection works in.</param>
    /// <exception cref="CommandException">It is missing or cannot be reached.</exception>
    public static async Task<SourceDatabase> OpenAsync(string connectionString, string? schema, CancellationToken cancellationToken)
    {
        DbConnection? connection = null;
        try
        {
            connection = Connect(connectionString);
            await connection.OpenAsync(cancellationToken);
            var transaction = await connection.BeginTransactionAsync(
                connection is NpgsqlConnection ? IsolationLevel.RepeatableRead : IsolationLevel.Serializable, cancellationToken);
            var database = new SourceDatabase(connection, transaction, schema);
            await database.FindTablesAsync(cancellationToken);
            return database;
        }
        catch (Exception failure)
        {
            if (connection is not null)
                await connection.DisposeAsync();
            if (DatabaseConnection.FaultOf(connectionString, failure) is { } fault)
                throw fault;
            throw;
        }
    }

    /// <summary>True where the table is there.</summary>
    public bool Has(string table) => _tables.ContainsKey(table);

    /// <summary>How many rows a table has; none where it is missing.</summary>
    public async Task<long> CountAsync(string table, CancellationToken cancellationToken)
    {
        if (!_tables.TryGetValue(table, out var name))
            return 0;
        await using var command = New($"SELECT COUNT(*) FROM {Qualified(name)}");
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    /// <summary>The rows of the first of the tables that is there; none where none is.</summary>
    public async Task<List<SourceRow>> ReadAsync(CancellationToken cancellationToken, params IReadOnlyList<string> tables)
    {
        var rows = new List<SourceRow>();
        if (tables.FirstOrDefault(Has) is { } table)
        {
            await foreach (var row in StreamAsync(table, cancellationToken))
                rows.Add(row);
        }

        return rows;
    }

    /// <summary>The rows of a table that is there, in the order of their ids where they have some.</summary>
    public async IAsyncEnumerable<SourceRow> StreamAsync(string table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = Qualified(_tables[table]);
        var id = await ReadNamesAsync($"SELECT * FROM {name} WHERE 1 = 0", cancellationToken) is { } columns
            ? columns.Find(column => SourceNames.Comparer.Equals(column, "Id"))
            : null;
        await using var command = New($"SELECT * FROM {name}{(id is null ? "" : $" ORDER BY {Quoted(id)}")}");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new SourceRow();
            for (var i = 0; i < reader.FieldCount; i++)
                row.Values[reader.GetName(i)] = reader.IsDBNull(i) ? null : Read(reader, i);
            yield return row;
        }
    }

    /// <summary>Schemas other than the one that is read in which a table of this name is.</summary>
    public async Task<IReadOnlyList<string>> FindSchemasAsync(string table, CancellationToken cancellationToken)
    {
        var schemas = new List<string>();
        if (_connection is not NpgsqlConnection)
            return schemas;
        await using var command = New("SELECT schemaname::text, tablename::text FROM pg_tables ORDER BY 1, 2");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (SourceNames.Comparer.Equals(reader.GetString(1), table))
                schemas.Add(reader.GetString(0));
        }

        return schemas;
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    // A column of a type that the driver does not know, such as that of an extension, is reported like any other without a counterpart.
    private static object? Read(DbDataReader reader, int column)
    {
        try
        {
            return Plain(reader.GetValue(column));
        }
        catch (InvalidCastException)
        {
            return $"({reader.GetDataTypeName(column)})";
        }
    }

    private static DbConnection Connect(string connectionString)
    {
        if (PostgresDatabase.Accepts(connectionString))
            return new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        if (!SqliteDatabase.Accepts(connectionString))
            throw DatabaseConnection.NotAConnectionString();
        var settings = new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        return File.Exists(settings.DataSource)
            ? new SqliteConnection(settings.ConnectionString)
            : throw new CommandException($"There is no SQLite database '{settings.DataSource}'.");
    }

    private async Task FindTablesAsync(CancellationToken cancellationToken)
    {
        var isPostgres = _connection is NpgsqlConnection;
        if (isPostgres)
        {
            await using var only = New("SET TRANSACTION READ ONLY");
            await only.ExecuteNonQueryAsync(cancellationToken);
        }
        else if (_schema is not null)
        {
            throw new CommandException("SQLite has no schemas: leave --schema out.");
        }

        await using var command = New(
            isPostgres
                ? "SELECT tablename::text FROM pg_tables WHERE schemaname = COALESCE($1, current_schema())"
                : "SELECT name FROM sqlite_master WHERE type = 'table'");
        if (isPostgres)
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)_schema ?? DBNull.Value, DbType = DbType.String });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            _tables[reader.GetString(0)] = reader.GetString(0);
    }

    private async Task<List<string>> ReadNamesAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = New(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    private DbCommand New(string sql)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        return command;
    }

    private string Qualified(string table) => _schema is null ? Quoted(table) : $"{Quoted(_schema)}.{Quoted(table)}";

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // A time without a zone is UTC.
    private static object Plain(object value) => value switch
    {
        DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        byte[] or bool or string => value,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

/// <summary>A row of a table: its values by column, without regard to case and underscores.</summary>
internal sealed class SourceRow
{
    public Dictionary<string, object?> Values { get; } = new(SourceNames.Comparer);

    /// <summary>A value as text; null where the column is missing or empty.</summary>
    public string? this[string column] =>
        Values.GetValueOrDefault(column) switch
        {
            null or "" => null,
            bool flag => flag ? "true" : "false",
            var value => value.ToString(),
        };
}
