using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage;

namespace IdentityHub.ConfigAsCode;

/// <summary>An applied object as the database has it.</summary>
internal sealed record ConfigRow(string Kind, string Name, byte[] Digest, ConfigSource? Source, string Document)
{
    private const string ReadSql = "SELECT kind, name, digest, source_file, source_line, document FROM config_objects";

    public static Task<List<ConfigRow>> ReadAllAsync(HubDatabase database, CancellationToken cancellationToken) =>
        database.Call(ReadSql).ListAsync(Read, cancellationToken);

    public static Task<List<ConfigRow>> ReadAllAsync(SqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Call(ReadSql).ListAsync(Read, cancellationToken);

    /// <summary>The hash of a generation: lower-case hex of SHA-256 over kinds, names and digests in ordinal order.</summary>
    /// <param name="repair">Not empty: text that makes the hash another one.</param>
    public static string HashOf(IEnumerable<(string Kind, string Name, byte[] Digest)> objects, string repair = "")
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (kind, name, digest) in objects
                .OrderBy(row => row.Kind, StringComparer.Ordinal)
                .ThenBy(row => row.Name, StringComparer.Ordinal))
        {
            // Neither kinds nor names hold NUL, and digests have one length: no two states give one text.
            hash.AppendData(Encoding.UTF8.GetBytes($"{kind}\0{name}\0"));
            hash.AppendData(digest);
        }

        hash.AppendData(Encoding.UTF8.GetBytes(repair));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A hash that tells whether any row, or the place of one, is another: lower-case hex of SHA-256.</summary>
    public static string StateOf(IReadOnlyList<ConfigRow> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows.OrderBy(row => row.Kind, StringComparer.Ordinal).ThenBy(row => row.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{row.Kind}\0{row.Name}\0{row.Source?.File}\0{row.Source?.Line}\0"));
            hash.AppendData(row.Digest);
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(row.Document)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ConfigRow Read(Storage.Sql.Row row) =>
        new(
            row.Text("kind"),
            row.Text("name"),
            row.Bytes("digest"),
            row.TextOrNull("source_file") is { } file ? new(file, row.Int("source_line")) : null,
            row.Text("document"));
}
