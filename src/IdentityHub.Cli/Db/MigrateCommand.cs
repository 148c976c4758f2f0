using System.CommandLine;
using System.Reflection;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IdentityHub.Cli.Db;

/// <summary><c>hub db migrate</c>: brings the tables to this version.</summary>
internal static class MigrateCommand
{
    private const string Description =
        """
        Brings the tables of the database to this version: run it before the new servers start.

        Applies the migrations that the database lacks, in order, and prints each. Where there are none it changes nothing. Two at once
        are safe: one works, the other waits for it. A SQLite file is made where it is missing; a PostgreSQL database is not.

        Example:
          hub db migrate --connection-string 'Host=/var/run/postgresql;Database=hub'
        """;

    public static Command Create()
    {
        var command = new Command("migrate", Description) { OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (settings, output, applied) = (new CommandSettings(parsed), new CommandOutput(parsed), new List<string>());
        await using var database = await DatabaseConnection.OpenEmptyAsync(settings.ConnectionString, mayCreate: true, cancellationToken);
        var version = await DatabaseConnection.ReadVersionAsync(database, cancellationToken);
        await SchemaMigration.ApplyAsync(database, version, () => Open(database, Tell), cancellationToken);
        if (output.IsJson)
            output.WriteJson(new { Database = database.Name, Applied = applied });
        else
            output.WriteLine($"The database ({database.Name}) is up to date.");
        return ExitCode.Done;

        void Tell(string migration)
        {
            applied.Add(migration);
            if (!output.IsJson)
                output.WriteLine($"Applying {migration}");
        }
    }

    private static HubDbContext Open(HubDatabase database, Action<string> tell)
    {
        var context = new HubDbContext(TellEach(HubDbContext.OptionsWithoutHost(database), tell));

        // An index on a large table takes longer than a request may.
        context.Database.SetCommandTimeout(TimeSpan.Zero);
        return context;
    }

    // The database says under its lock which are still to apply: another process may have been faster.
    private static DbContextOptions<HubDbContext> TellEach(DbContextOptions<HubDbContext> options, Action<string> tell) =>
        new DbContextOptionsBuilder<HubDbContext>(options)
            .LogTo(
                (id, _) => id == RelationalEventId.MigrationApplying,
                data => tell(((MigrationEventData)data).Migration.GetType().GetCustomAttribute<MigrationAttribute>()!.Id))
            .Options;
}
