using IdentityHub.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Testing;

/// <summary>The migrated SQLite file that tests copy: made once a process and kept in memory.</summary>
internal static class SqliteTemplate
{
    private static readonly Lazy<Task<byte[]>> Made = new(MakeAsync);

    public static async Task CopyAsync(string path) => await File.WriteAllBytesAsync(path, await Made.Value);

    private static async Task<byte[]> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("hub-sqlite-").FullName;
        try
        {
            var path = Path.Combine(folder, "template.db");
            await using (var database = SqliteDatabase.Open($"Data Source={path};Pooling=False"))
            await using (var context = database.NewContext())
            {
                // Closing the last connection moves the write-ahead log into the file.
                await context.Database.MigrateAsync();
            }

            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
