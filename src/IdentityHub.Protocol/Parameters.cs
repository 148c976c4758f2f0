using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol;

/// <summary>
/// The parameters of one request, whatever their wire form was: each name at most once (RFC 6749 §3.2), but for <c>resource</c> (RFC 8707
/// §2) and <c>audience</c> (RFC 8693 §2.1); values without control characters, an empty value the same as none (§3.1). Names compare
/// ordinally. Never printed: they hold secrets.
/// </summary>
public sealed class Parameters
{
    /// <summary>More in one request is refused.</summary>
    public const int MaxCount = 64;

    private readonly List<KeyValuePair<string, string>> _items = new(8);

    /// <summary>Every parameter as it came, empty ones included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Items => _items;

    /// <summary>The value, the first of several, or null when the parameter is missing or empty.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (item.Value.Length > 0 && string.Equals(item.Key, name, StringComparison.Ordinal))
                    return item.Value;
            }

            return null;
        }
    }

    /// <summary>Every value of a parameter that may be repeated, empty ones left out.</summary>
    public IReadOnlyList<string> All(string name) =>
        [
            .. _items
                .Where(item => item.Value.Length > 0 && string.Equals(item.Key, name, StringComparison.Ordinal))
                .Select(item => item.Value)
        ];

    /// <summary>Adds a parameter.</summary>
    /// <returns>The refusal when the name is present already and may not be repeated, there are too many, or the value has a control
    /// character; else null.</returns>
    public Refusal? Add(string name, string value) => Add(name, value, mayBeRepeated: name is "resource" or "audience");

    /// <summary>The same for a wire form that has no repeated names, as JSON has none.</summary>
    public Refusal? AddOnce(string name, string value) => Add(name, value, mayBeRepeated: false);

    private Refusal? Add(string name, string value, bool mayBeRepeated)
    {
        if (!mayBeRepeated && Contains(name))
            return Refusal.InvalidRequest($"Parameter '{Printable(name)}' is repeated.", Reasons.ParameterRepeated);
        if (_items.Count == MaxCount)
            return Refusal.InvalidRequest($"There are more than {MaxCount} parameters.", Reasons.TooManyParameters);
        if (value.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || value.Contains('\x7f'))
            return Refusal.InvalidRequest($"Parameter '{Printable(name)}' has a control character.", Reasons.ControlCharacter);
        _items.Add(new(name, value));
        return null;
    }

    /// <summary>The same without those of <paramref name="names"/>.</summary>
    public Parameters Without(params ReadOnlySpan<string> names)
    {
        var rest = new Parameters();
        foreach (var item in _items)
        {
            if (!names.Contains(item.Key))
                rest._items.Add(item);
        }

        return rest;
    }

    /// <summary>Those of <paramref name="names"/>, in the order in which they came.</summary>
    public Parameters Only(params ReadOnlySpan<string> names)
    {
        var some = new Parameters();
        foreach (var item in _items)
        {
            if (names.Contains(item.Key))
                some._items.Add(item);
        }

        return some;
    }

    /// <summary>The same as <c>application/x-www-form-urlencoded</c>, as a body or a query. Holds secrets, as they do.</summary>
    public string ToForm() =>
        string.Join('&', _items.Select(item => $"{Uri.EscapeDataString(item.Key)}={Uri.EscapeDataString(item.Value)}"));

    // Sent, be it empty: an empty value counts as none, and as one of two all the same.
    private bool Contains(string name)
    {
        foreach (var item in _items)
        {
            if (string.Equals(item.Key, name, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    public override string ToString() => $"{nameof(Parameters)} {{ Count = {_items.Count} }}";

    // A name that is echoed in a message: short, and ASCII only.
    private static string Printable(string name) =>
        string.Concat(name.Take(40).Select(c => c is >= ' ' and <= '~' and not ('"' or '\\') ? c : '?'));
}
