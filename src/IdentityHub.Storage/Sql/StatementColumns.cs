using System.Collections.Frozen;
using System.Data.Common;

namespace IdentityHub.Storage.Sql;

/// <summary>Where a statement has its columns, by their names: found out at its first answer, and kept for all that follow.</summary>
internal sealed class StatementColumns
{
    private const int Ambiguous = -1;
    private readonly FrozenDictionary<string, int> _ordinals;
    private readonly int _count;

    private StatementColumns(IReadOnlyList<string> names)
    {
        _count = names.Count;
        _ordinals = names.Select((name, ordinal) => (name, ordinal)).GroupBy(column => column.name, StringComparer.Ordinal)
            .ToFrozenDictionary(
                columns => columns.Key, columns => columns.Count() == 1 ? columns.Single().ordinal : Ambiguous, StringComparer.Ordinal);
    }

    public static StatementColumns Of(DbDataReader answer) => new([.. Enumerable.Range(0, answer.FieldCount).Select(answer.GetName)]);

    /// <summary>Where the column is.</summary>
    /// <param name="name">Null: the only one.</param>
    /// <exception cref="InvalidOperationException">The statement has none of this name, or several.</exception>
    public int OrdinalOf(string? name)
    {
        if (name is null)
            return _count == 1
                ? 0
                : throw new InvalidOperationException($"The statement has {_count} columns: the one to be read must be named.");
        return _ordinals.TryGetValue(name, out var ordinal) && ordinal != Ambiguous
            ? ordinal
            : throw new InvalidOperationException(
                $"The statement has {(ordinal == Ambiguous ? "several columns" : "no column")} of the name '{name}'. It has: "
                    + $"{string.Join(", ", _ordinals.Keys.Order(StringComparer.Ordinal))}.");
    }
}
