using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage;

/// <summary>Brings the tables to this version.</summary>
public static class SchemaMigration
{
    /// <summary>
    /// Applies the migrations that the database lacks. Under a lock of our own: between two migrations the framework lets go of its lock, and a
    /// second process would apply the next one too.
    /// </summary>
    public static async Task ApplyAsync(HubDatabase database, HubDbContext context, CancellationToken cancellationToken)
    {
        if (!(await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            return;
        await using var hold = await database.HoldLockAsync("schema-migration", cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }
}
