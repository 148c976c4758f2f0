namespace IdentityHub.ConfigAsCode;

/// <summary>What a key of an object holds.</summary>
public enum KeyType
{
    Text,
    Number,
    Flag,

    /// <summary>A list of <see cref="ObjectKey.Keys"/>, or of texts where there are none.</summary>
    List,

    /// <summary>A mapping of <see cref="ObjectKey.Keys"/>.</summary>
    Mapping,

    /// <summary>Any JSON but null.</summary>
    Any,

    /// <summary>A secret: <c>generate:</c>, <c>plain:VALUE</c>, a digest, or <c>stored:ID</c>.</summary>
    Secret,
}

/// <summary>One key of an object, for documentation.</summary>
/// <param name="Text">What it means, with its full stop.</param>
/// <param name="Noun">What its value is, e.g. <c>a duration such as 15m</c>.</param>
/// <param name="Keys">Those of a mapping, and of each item of a list of mappings.</param>
public sealed record ObjectKey(
    string Name, KeyType Type, string Text, string Noun, bool IsRequired, bool MayBeNull, IReadOnlyList<ObjectKey> Keys)
{
    /// <summary>The keys of the objects of a kind.</summary>
    /// <param name="name">The object, where each has keys of its own.</param>
    public static IReadOnlyList<ObjectKey> Of(string kind, string name = "") =>
        ConfigKind.TypeOf(kind, name) is { } type
            ? Of(ObjectShape.Of(type))
            : throw new ArgumentException($"There is no object '{name}' of a kind '{kind}'.", nameof(kind));

    private static IReadOnlyList<ObjectKey> Of(ObjectShape shape) => [.. shape.Keys.Select(Of)];

    private static ObjectKey Of(KeyShape key) => new(
        key.Name, TypeOf(key.Value), key.Description, key.Value.Noun, key.IsRequired, key.IsNullable && !key.IsRequired, key.Value switch
        {
            ObjectShape mapping => Of(mapping),
            ListShape { Item: ObjectShape item } => Of(item),
            _ => [],
        });

    private static KeyType TypeOf(ValueShape shape) => shape switch
    {
        BooleanShape => KeyType.Flag,
        IntegerShape => KeyType.Number,
        ListShape => KeyType.List,
        ObjectShape => KeyType.Mapping,
        JsonShape => KeyType.Any,
        _ when DocumentDiff.IsSecret(shape) => KeyType.Secret,
        _ => KeyType.Text,
    };
}
