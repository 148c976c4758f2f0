using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage;
using IdentityHub.Storage.Sql;

namespace IdentityHub.ConfigAsCode;

/// <summary>An applied object as the database has it.</summary>
internal sealed record ConfigRow(
    string Kind, string Name, byte[] Digest, ConfigSource? Source, string Document, DateTimeOffset UpdatedAt)
{
    private const string ReadSql = "SELECT kind, name, digest, source_file, source_line, document, updated_at FROM config_objects";
    private const string FindSql = $"{ReadSql} WHERE kind = $1 AND name = $2";
    private const string PageSql = $"{ReadSql} WHERE kind = $1 AND name > $2 ORDER BY name LIMIT $3";

    public static Task<List<ConfigRow>> ReadAllAsync(HubDatabase database, CancellationToken cancellationToken) =>
        database.Call(ReadSql).ListAsync(Read, cancellationToken);

    public static Task<List<ConfigRow>> ReadAllAsync(SqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Call(ReadSql).ListAsync(Read, cancellationToken);

    /// <summary>One object; null where there is none.</summary>
    /// <param name="call">Makes a statement, inside a transaction or outside any.</param>
    public static Task<ConfigRow?> FindAsync(Func<string, SqlCall> call, string kind, string name, CancellationToken cancellationToken) =>
        call(FindSql).With(kind).With(name).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>The objects of a kind behind a name, in the order that the database gives names.</summary>
    public static Task<List<ConfigRow>> PageAsync(
        HubDatabase database, string kind, string after, int limit, CancellationToken cancellationToken) =>
        database.Call(PageSql).With(kind).With(after).With(limit).ListAsync(Read, cancellationToken);

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

    private static ConfigRow Read(Row row) =>
        new(
            row.Text("kind"),
            row.Text("name"),
            row.Bytes("digest"),
            row.TextOrNull("source_file") is { } file ? new(file, row.Int("source_line")) : null,
            row.Text("document"),
            row.Time("updated_at"));
}
