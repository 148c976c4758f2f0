namespace IdentityHub.Storage.Sql;

/// <summary>A SHA-256, compared by its bytes: finds the call that a row answers, in a statement for many.</summary>
internal readonly struct HashKey(byte[] hash) : IEquatable<HashKey>
{
    /// <summary>Of two nodes, each locks the rows of its statement in this order.</summary>
    public static IComparer<HashKey> Order { get; } =
        Comparer<HashKey>.Create(static (one, other) => one.Bytes.AsSpan().SequenceCompareTo(other.Bytes));

    public byte[] Bytes { get; } = hash;

    /// <summary>The answer to each of several calls, in their order; null where a call has none.</summary>
    /// <param name="asked">The hash that each call asked for.</param>
    /// <param name="found">The answers, by the hash that they belong to.</param>
    public static IReadOnlyList<TAnswer?> InOrder<TAnswer>(
        IEnumerable<byte[]> asked, IEnumerable<KeyValuePair<HashKey, TAnswer>> found)
        where TAnswer : class
    {
        var byHash = new Dictionary<HashKey, TAnswer>(found);
        return [.. asked.Select(hash => byHash.GetValueOrDefault(new HashKey(hash)))];
    }

    public bool Equals(HashKey other) => Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is HashKey other && Equals(other);

    // Its bytes are as good as random.
    public override int GetHashCode() => BitConverter.ToInt32(Bytes);
}
