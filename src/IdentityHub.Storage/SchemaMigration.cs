using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage;

/// <summary>Migrates the tables to this version.</summary>
public static class SchemaMigration
{
    /// <summary>Reads which version a database has, and whether its tables must be left alone. ASSURANCE L9.</summary>
    /// <returns>The version, and why the tables are none of this program's; null when they are, or there are none.</returns>
    public static async Task<(SchemaVersion Version, string? Foreign)> ReadAsync(
        HubDatabase database, CancellationToken cancellationToken)
    {
        // In this order: another process may be migrating, and its first migration makes tables and records its own name at once.
        var table = await database.Call(database.AnyTableSql).FirstOrNullAsync(static row => row.Text(), cancellationToken);
        if (table is null)
            return (new SchemaVersion([], database.Migrations), null);
        var version = await SchemaVersion.ReadAsync(database, cancellationToken);
        return (version, ForeignOf(version, table));
    }

    /// <summary>
    /// Applies the migrations that the database lacks. Under a lock of our own: between two migrations the framework lets go of its lock,
    /// and a second process would apply the next one too.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="version">What it has, as it was read before.</param>
    /// <param name="open">Makes a context of it; called where there is something to apply.</param>
    public static async Task ApplyAsync(
        HubDatabase database, SchemaVersion version, Func<HubDbContext> open, CancellationToken cancellationToken)
    {
        if (version.Pending.Count == 0)
            return;
        await using var hold = await database.HoldLockAsync("schema-migration", cancellationToken);
        await using var context = open();
        await context.Database.MigrateAsync(cancellationToken);
    }

    private static string? ForeignOf(SchemaVersion version, string table)
    {
        if (version.Applied.Count == 0)
            return $"The database holds the table '{table}' and no tables of the hub: another program owns it. Nothing was changed. Name "
                + "an empty database or schema.";
        return version.Foreign is { } unknown
            ? $"The database has the migration '{unknown}', which this version does not know: a newer version made it. Nothing was "
                + "changed. Use that version."
            : null;
    }
}
