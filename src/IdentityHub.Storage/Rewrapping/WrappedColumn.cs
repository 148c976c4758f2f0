using System.Security.Cryptography;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Rewrapping;

/// <summary>What was found in a column of wrapped values.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Values">How many values it holds.</param>
/// <param name="Others">How many of them another key than the one that wraps has wrapped; they are wrapped anew unless they were only
/// counted.</param>
/// <param name="Unreadable">How many no key of the file unwraps.</param>
public sealed record WrappedValues(string Table, int Values, int Others, int Unreadable);

/// <summary>One column whose values are wrapped with the key-protection key.</summary>
public abstract class WrappedColumn
{
    /// <summary>Its table.</summary>
    public required string Table { get; init; }

    /// <summary>Its name.</summary>
    public required string Column { get; init; }

    /// <summary>Looks at each value, and wraps anew what another key has wrapped.</summary>
    /// <param name="onlyCounts">True: nothing is written.</param>
    public abstract Task<WrappedValues> RewrapAsync(
        HubDatabase database, KeyProtector protector, bool onlyCounts, CancellationToken cancellationToken);
}

/// <inheritdoc cref="WrappedColumn"/>
/// <typeparam name="TKey">Type of the primary key.</typeparam>
internal sealed class WrappedColumn<TKey> : WrappedColumn
{
    private const int BatchSize = 500;

    /// <summary>The column of the primary key.</summary>
    public required string Key { get; init; }

    /// <summary>Another column that the purpose depends on; the key where there is none.</summary>
    public string? Detail { get; init; }

    /// <summary>Reads the primary key, the column <c>row_key</c>.</summary>
    public required Func<Row, TKey> KeyOf { get; init; }

    /// <summary>Adds the primary key to a statement.</summary>
    public required Func<SqlCall, TKey, SqlCall> WithKey { get; init; }

    /// <summary>What the value of a row may be wrapped for; the column <c>detail</c> is that of <see cref="Detail"/>.</summary>
    public required Func<Row, IReadOnlyList<string>> Purposes { get; init; }

    // In the order of the key, so that a row that is written meanwhile is met at most once. Each row is changed by itself, and only if its
    // value is still the one that was read: no request waits, and nothing that it has written is undone.
    public override async Task<WrappedValues> RewrapAsync(
        HubDatabase database, KeyProtector protector, bool onlyCounts, CancellationToken cancellationToken)
    {
        var (values, others, unreadable) = (0, 0, 0);
        var batch = await ReadAsync(database, last: null, cancellationToken);
        while (batch.Count > 0)
        {
            foreach (var row in batch)
            {
                values++;
                try
                {
                    if (Rewrap(protector, row) is not { } wrapped)
                        continue;
                    others++;
                    if (!onlyCounts)
                        await WriteAsync(database, row, wrapped, cancellationToken);
                }
                catch (CryptographicException)
                {
                    unreadable++;
                }
            }

            batch = await ReadAsync(database, batch[^1], cancellationToken);
        }

        return new WrappedValues(Table, values, others, unreadable);
    }

    private static byte[]? Rewrap(KeyProtector protector, Stored row)
    {
        foreach (var purpose in row.Purposes.SkipLast(1))
        {
            try
            {
                return protector.Rewrap(purpose, row.Wrapped);
            }
            catch (CryptographicException)
            {
                // Wrapped for another purpose of the table.
            }
        }

        return protector.Rewrap(row.Purposes[^1], row.Wrapped);
    }

    private Task<List<Stored>> ReadAsync(HubDatabase database, Stored? last, CancellationToken cancellationToken)
    {
        var (detail, after) = (Detail ?? Key, last is null ? "" : $"WHERE {Key} > $1");
        var call = database.Call(
            $"SELECT {Key} AS row_key, {detail} AS detail, {Column} AS wrapped FROM {Table} {after} ORDER BY {Key} LIMIT {BatchSize}");
        return (last is null ? call : WithKey(call, last.Key)).ListAsync(
            found => new Stored(KeyOf(found), Purposes(found), found.Bytes("wrapped")), cancellationToken);
    }

    private Task<int> WriteAsync(HubDatabase database, Stored row, byte[] wrapped, CancellationToken cancellationToken) =>
        WithKey(
            database.Call($"UPDATE {Table} SET {Column} = $1 WHERE {Column} = $2 AND {Key} = $3").With(wrapped).With(row.Wrapped), row.Key)
            .ExecuteAsync(cancellationToken);

    private sealed record Stored(TKey Key, IReadOnlyList<string> Purposes, byte[] Wrapped);
}
