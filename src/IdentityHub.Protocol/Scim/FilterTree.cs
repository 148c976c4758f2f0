namespace IdentityHub.Protocol.Scim;

/// <summary>How a filter compares. RFC 7644 §3.4.2.2, table 3.</summary>
public enum FilterOperator
{
    /// <summary><c>eq</c>.</summary>
    Equal,

    /// <summary><c>ne</c>.</summary>
    NotEqual,

    /// <summary><c>co</c>.</summary>
    Contains,

    /// <summary><c>sw</c>.</summary>
    StartsWith,

    /// <summary><c>ew</c>.</summary>
    EndsWith,

    /// <summary><c>gt</c>.</summary>
    Greater,

    /// <summary><c>ge</c>.</summary>
    GreaterOrEqual,

    /// <summary><c>lt</c>.</summary>
    Less,

    /// <summary><c>le</c>.</summary>
    LessOrEqual,
}

/// <summary>A filter as a tree. RFC 7644 §3.4.2.2.</summary>
public abstract record FilterTree
{
    private FilterTree()
    {
    }

    /// <summary><c>left and right</c>.</summary>
    public sealed record Both(FilterTree Left, FilterTree Right) : FilterTree;

    /// <summary><c>left or right</c>.</summary>
    public sealed record Either(FilterTree Left, FilterTree Right) : FilterTree;

    /// <summary><c>not (inner)</c>.</summary>
    public sealed record Not(FilterTree Inner) : FilterTree;

    /// <summary><c>path pr</c>.</summary>
    public sealed record Present(AttributePath Path) : FilterTree;

    /// <summary><c>path eq "value"</c> and the like.</summary>
    /// <param name="Value">A string, a <see cref="bool"/>, a <see cref="decimal"/>, or null.</param>
    public sealed record Comparison(AttributePath Path, FilterOperator Operator, object? Value) : FilterTree;

    /// <summary><c>path[inner]</c>: one value of a complex attribute matches all of it.</summary>
    public sealed record Within(AttributePath Path, FilterTree Inner) : FilterTree;
}
