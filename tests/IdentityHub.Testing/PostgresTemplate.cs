using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace IdentityHub.Testing;

/// <summary>
/// The migrated PostgreSQL database that tests copy: made once a cluster, by whichever test process comes first. Its name carries a
/// hash of the migrations, so that a cluster that outlives a run never serves an old schema.
/// </summary>
internal static class PostgresTemplate
{
    private static readonly Lazy<Task<(string Name, string Strategy)>> Made = new(MakeAsync);

    public static async Task CopyAsync(string name)
    {
        var template = await Made.Value;
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template.Name} {template.Strategy}");
    }

    public static Task CreateEmptyAsync(string name) => ExecuteAsync($"CREATE DATABASE {name}");

    public static Task DropAsync(string name) => ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");

    private static async Task<(string Name, string Strategy)> MakeAsync()
    {
        await using var maintenance = new NpgsqlConnection(PostgresCluster.ConnectionString);
        await maintenance.OpenAsync();
        await using var command = maintenance.CreateCommand();

        // Ends with the connection: the next process finds the template complete.
        command.CommandText = "SELECT pg_advisory_lock(hashtextextended('identityhub:test-template', 0))";
        await command.ExecuteNonQueryAsync();

        var template = await NameAsync();
        var strategy = await StrategyAsync(maintenance);
        command.CommandText = $"SELECT count(*) FROM pg_database WHERE datname = '{template}'";
        if ((long)(await command.ExecuteScalarAsync())! > 0)
            return (template, strategy);

        // Migrated under another name first: a run that is stopped halfway leaves no half template behind.
        command.CommandText = $"DROP DATABASE IF EXISTS {template}_draft WITH (FORCE)";
        await command.ExecuteNonQueryAsync();
        command.CommandText = $"CREATE DATABASE {template}_draft";
        await command.ExecuteNonQueryAsync();
        await MigrateAsync($"{template}_draft");
        command.CommandText = $"ALTER DATABASE {template}_draft RENAME TO {template}";
        await command.ExecuteNonQueryAsync();
        return (template, strategy);
    }

    // Copying files takes a third of the time of logging each block, but waits for two checkpoints: cheap only without fsync. New in
    // PostgreSQL 15.
    private static async Task<string> StrategyAsync(NpgsqlConnection maintenance)
    {
        await using var command = new NpgsqlCommand("SHOW fsync", maintenance);
        var writesReachTheDisk = (string)(await command.ExecuteScalarAsync())! == "on";
        return maintenance.PostgreSqlVersion.Major >= 15 && !writesReachTheDisk ? "STRATEGY FILE_COPY" : "";
    }

    private static async Task<string> NameAsync()
    {
        await using var database = PostgresDatabase.Open(PostgresCluster.ConnectionString, looksForPooler: false);
        await using var context = database.NewContext();
        var migrations = string.Join('\n', context.Database.GetMigrations());
        return $"hub_template_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(migrations)))[..12]}";
    }

    private static async Task MigrateAsync(string name)
    {
        await using var database = PostgresDatabase.Open(PostgresCluster.ConnectionStringOf(name));
        await using var context = database.NewContext();
        await context.Database.MigrateAsync();
    }

    private static async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(PostgresCluster.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
