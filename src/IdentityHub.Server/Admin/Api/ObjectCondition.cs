using Microsoft.Net.Http.Headers;

namespace IdentityHub.Server.Admin.Api;

/// <summary>
/// The state that an object must be in: <c>If-Match</c>, RFC 9110 §13.1.1. Compared inside the transaction of the change.
/// </summary>
internal sealed class ObjectCondition
{
    private readonly IReadOnlyList<EntityTagHeaderValue>? _tags;

    private ObjectCondition(IReadOnlyList<EntityTagHeaderValue>? tags) => _tags = tags;

    /// <summary>Whatever the state is.</summary>
    public static ObjectCondition Any { get; } = new(null);

    /// <summary>One of these states.</summary>
    /// <param name="tags">As they came; a star stands for any state.</param>
    public static ObjectCondition Of(IEnumerable<EntityTagHeaderValue> tags)
    {
        var list = tags.ToList();
        return list.Contains(EntityTagHeaderValue.Any) ? Any : new ObjectCondition(list);
    }

    /// <summary>True for the state that the caller has seen. Strong comparison: a weak tag never matches.</summary>
    /// <param name="tag">The object's own, with its quotation marks.</param>
    public bool Admits(string tag) =>
        _tags is null || _tags.Any(known => known.Compare(new EntityTagHeaderValue(tag), useStrongComparison: true));
}
