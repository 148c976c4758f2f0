using System.CommandLine;
using System.Reflection;
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
        var command = new Command("migrate", Description) { SettingsOptions.ConnectionString };
        command.SetAction(
            (parsed, cancellationToken) => RunAsync(new CommandSettings(parsed), parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandSettings settings, TextWriter output, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenEmptyAsync(settings.ConnectionString, mayCreate: true, cancellationToken);
        await DatabaseConnection.RefuseForeignAsync(database, cancellationToken);
        await SchemaMigration.ApplyAsync(database, () => Open(database, output), cancellationToken);
        await output.WriteLineAsync($"The database ({database.Name}) is up to date.");
        return ExitCode.Done;
    }

    private static HubDbContext Open(HubDatabase database, TextWriter output)
    {
        var context = new HubDbContext(TellEach(HubDbContext.OptionsWithoutHost(database), output));

        // An index on a large table takes longer than a request may.
        context.Database.SetCommandTimeout(TimeSpan.Zero);
        return context;
    }

    // The database says under its lock which are still to apply: another process may have been faster.
    private static DbContextOptions<HubDbContext> TellEach(DbContextOptions<HubDbContext> options, TextWriter output) =>
        new DbContextOptionsBuilder<HubDbContext>(options)
            .LogTo(
                (id, _) => id == RelationalEventId.MigrationApplying,
                data =>
                    output.WriteLine(
                        $"Applying {((MigrationEventData)data).Migration.GetType().GetCustomAttribute<MigrationAttribute>()!.Id}"))
            .Options;
}
