using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IdentityHub.Storage;

/// <summary>
/// Which migrations a database has and which this version has. Read by two statements: Entity Framework Core would make its whole model
/// first, which takes longer than everything else that a start does.
/// </summary>
/// <param name="Applied">Names of those that the database has, the oldest first; none where it has no tables of the hub.</param>
/// <param name="Known">Names of those of this version, the oldest first.</param>
public sealed record SchemaVersion(IReadOnlyList<string> Applied, IReadOnlyList<string> Known)
{
    /// <summary>The table that says which migrations were applied.</summary>
    public const string Table = "schema_migrations";

    /// <summary>What the database lacks.</summary>
    public IReadOnlyList<string> Pending { get; } = [.. Known.Except(Applied)];

    /// <summary>The oldest that a newer version made; null where there is none.</summary>
    public string? Foreign => Applied.Except(Known).FirstOrDefault();

    /// <summary>Reads what the database has.</summary>
    public static async Task<SchemaVersion> ReadAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        var table = await database.Call(database.MigrationTableSql).FirstOrNullAsync(static row => row.Text(), cancellationToken);
        var applied = table is null
            ? []
            : await database.Call($"SELECT \"MigrationId\" FROM {Table} ORDER BY 1").ListAsync(static row => row.Text(), cancellationToken);
        return new SchemaVersion(applied, database.Migrations);
    }

    /// <summary>The names of the migrations in an assembly, the oldest first.</summary>
    public static IReadOnlyList<string> MigrationsIn(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(Migration)))
            .Select(static type => type.GetCustomAttribute<MigrationAttribute>()!.Id)
            .Order(StringComparer.Ordinal)
    ];
}
