using System.Data.Common;
using System.Net.Sockets;
using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.Postgres;
using IdentityHub.Storage.Sqlite;

namespace IdentityHub.Cli.Settings;

/// <summary>Opens the database that a connection string names, and says in a sentence why it cannot be used.</summary>
internal static class DatabaseConnection
{
    /// <summary>
    /// Opens a database whose tables are those of this program, and whose key file and issuer, where they are named, are those of the
    /// settings.
    /// </summary>
    /// <param name="mayHaveOtherIssuer">True for the command that changes it.</param>
    /// <exception cref="CommandException">
    /// It is missing, cannot be reached, belongs to another key file, installation or program, or <c>hub db migrate</c> is still to run.
    /// ASSURANCE L9.
    /// </exception>
    public static async Task<HubDatabase> OpenAsync(
        CommandSettings settings, CancellationToken cancellationToken, bool mayHaveOtherIssuer = false)
    {
        var database = await OpenEmptyAsync(settings.ConnectionString, mayCreate: false, cancellationToken);
        try
        {
            if ((await ReadVersionAsync(database, cancellationToken)).Pending.Count is > 0 and var pending)
                throw new CommandException(
                    $"The database lacks {pending} migration{(pending == 1 ? "" : "s")} of this version; run: hub db migrate");
            using var key = settings.FindKey();
            var marks = new InstallationMarks(database.Call);
            if (key is not null && await marks.RefuseKeyAsync(key, hasMarks: true, cancellationToken) is { } foreign)
                throw new CommandException(foreign);
            if (!mayHaveOtherIssuer
                && await marks.RefuseIssuerAsync(settings.Stage, settings.Issuer, hasMarks: true, cancellationToken) is { } other)
                throw new CommandException(other);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>The version of the tables.</summary>
    /// <exception cref="CommandException">They are those of another program, or of a newer version.</exception>
    public static async Task<SchemaVersion> ReadVersionAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        var (version, foreign) = await SchemaMigration.ReadAsync(database, cancellationToken);
        return foreign is null ? version : throw new CommandException(foreign);
    }

    /// <summary>Opens a database, whatever is in it.</summary>
    /// <param name="mayCreate">Makes a SQLite file that is missing; a PostgreSQL database is its administrator's to make.</param>
    /// <exception cref="CommandException">It is missing or cannot be reached.</exception>
    public static async Task<HubDatabase> OpenEmptyAsync(string connectionString, bool mayCreate, CancellationToken cancellationToken)
    {
        if (!PostgresDatabase.Accepts(connectionString) && !SqliteDatabase.Accepts(connectionString))
            throw NotAConnectionString();
        var keywords = new DbConnectionStringBuilder { ConnectionString = connectionString };
        HubDatabase? database = null;
        try
        {
            if (!mayCreate && SqliteFile(keywords) is { } file && !File.Exists(file))
                throw new CommandException($"The SQLite database '{file}' is missing; make it with: hub db migrate");
            database = SqliteFile(keywords) is null ? PostgresDatabase.Open(connectionString) : SqliteDatabase.Open(connectionString);
            await database.Call("SELECT 1").ExecuteAsync(cancellationToken);
            return database;
        }
        catch (Exception failure)
        {
            if (database is not null)
                await database.DisposeAsync();
            if (FaultOf(connectionString, failure) is { } fault)
                throw fault;
            throw;
        }
    }

    /// <summary>What to tell of a database that cannot be opened; null where the failure has another cause.</summary>
    public static CommandException? FaultOf(string connectionString, Exception failure) => failure switch
    {
        // The text of such an exception can hold what follows a ';' in a password.
        ArgumentException or FormatException => NotAConnectionString(),
        DbException or SocketException or TimeoutException => new(
            $"{Describe(new DbConnectionStringBuilder { ConnectionString = connectionString })} cannot be used: "
                + (PostgresAdvice.NameFaultOf(failure, HostOf(connectionString)) ?? failure.Message),
            failure),
        _ => null,
    };

    private static string? HostOf(string connectionString) =>
        new DbConnectionStringBuilder { ConnectionString = connectionString }.TryGetValue("Host", out var host) ? (string)host : null;

    private static string? SqliteFile(DbConnectionStringBuilder keywords) =>
        keywords.TryGetValue("Data Source", out var file) ? (string)file : null;

    private static string Describe(DbConnectionStringBuilder keywords)
    {
        if (SqliteFile(keywords) is { } file)
            return $"The SQLite database '{file}'";
        return keywords.TryGetValue("Database", out var name)
            ? $"The PostgreSQL database '{name}' on '{keywords["Host"]}'"
            : $"PostgreSQL on '{keywords["Host"]}'";
    }

    /// <summary>What to tell of a connection string that names no database.</summary>
    public static CommandException NotAConnectionString() =>
        new(
            "The connection string cannot be read: 'Host=…;Database=…;Username=…;Password=…' (PostgreSQL) or 'Data Source=…' (SQLite) is "
                + "needed; put a value with ';' in quotes.");
}
