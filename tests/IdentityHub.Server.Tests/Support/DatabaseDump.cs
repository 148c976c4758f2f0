using System.Text;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>What a thief of the database would have.</summary>
internal static class DatabaseDump
{
    /// <summary>All rows of all tables as text, bytes as hexadecimal digits; on SQLite the file itself.</summary>
    public static async Task<string> DumpAsync(this Hub hub)
    {
        if (hub.Database.Name == "sqlite")
        {
            var file = hub.Installation.Database.ConnectionString["Data Source=".Length..];
            var bytes = new StringBuilder();
            foreach (var path in new[] { file, file + "-wal" }.Where(File.Exists))
                bytes.Append(Encoding.Latin1.GetString(await ReadAsync(path)));
            return bytes.ToString();
        }

        var tables = await hub
            .Database.Call("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
            .ListAsync(row => row.Text(), default);
        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            foreach (var row in await hub.Database.Call($"SELECT t::text FROM \"{table}\" t").ListAsync(row => row.Text(), default))
                dump.AppendLine(row);
        }

        return dump.ToString();
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        return copy.ToArray();
    }
}
