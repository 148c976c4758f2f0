namespace IdentityHub.Protocol;

/// <summary>
/// The space-delimited list of RFC 6749 §3.3: each name 1 to 128 characters of <c>%x21 / %x23-5B / %x5D-7E</c>, at most
/// <see cref="MaxCount"/> names and <see cref="MaxLength"/> characters, order kept, repeats dropped. Compared ordinally.
/// </summary>
public static class ScopeSet
{
    /// <summary>No request of a real client comes near it; more is refused before any work is done.</summary>
    public const int MaxCount = 128;

    /// <summary>Longest list, in characters: it has to fit into a token that fits into a header.</summary>
    public const int MaxLength = 4096;

    /// <summary>Longest name of one scope, in characters.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Reads a <c>scope</c> parameter. Null or blank gives the empty list; malformed input gives null.</summary>
    public static IReadOnlyList<string>? Parse(string? scope)
    {
        if (string.IsNullOrEmpty(scope))
            return [];

        if (scope.Length > MaxLength)
            return null;

        var names = new List<string>(4);
        foreach (var range in scope.AsSpan().Split(' '))
        {
            var name = scope.AsSpan()[range];
            if (name.IsEmpty)
                continue;
            if (!IsValidName(name))
                return null;
            if (Contains(names, name))
                continue;
            if (names.Count == MaxCount)
                return null;
            names.Add(name.ToString());
        }

        return names;
    }

    /// <summary>True for one well-formed <c>scope-token</c>.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxNameLength)
            return false;
        foreach (var c in name)
        {
            if (c is < '\x21' or > '\x7e' or '"' or '\\')
                return false;
        }

        return true;
    }

    /// <summary>The wire form: names joined by one space.</summary>
    public static string Format(IEnumerable<string> names) => string.Join(' ', names);

    private static bool Contains(List<string> names, ReadOnlySpan<char> name)
    {
        foreach (var known in names)
        {
            if (name.Equals(known, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
