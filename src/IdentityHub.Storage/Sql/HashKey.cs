namespace IdentityHub.Storage.Sql;

/// <summary>A SHA-256, compared by its bytes: finds the call that a row answers, in a statement for many.</summary>
internal readonly struct HashKey(byte[] hash) : IEquatable<HashKey>
{
    /// <summary>Of two nodes, each locks the rows of its statement in this order.</summary>
    public static IComparer<HashKey> Order { get; } =
        Comparer<HashKey>.Create(static (one, other) => one.Bytes.AsSpan().SequenceCompareTo(other.Bytes));

    public byte[] Bytes { get; } = hash;

    public bool Equals(HashKey other) => Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is HashKey other && Equals(other);

    // Its bytes are as good as random.
    public override int GetHashCode() => BitConverter.ToInt32(Bytes);
}
