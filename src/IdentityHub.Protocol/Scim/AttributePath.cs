namespace IdentityHub.Protocol.Scim;

/// <summary>The name of an attribute, such as <c>name.familyName</c>. RFC 7644 §3.10.</summary>
/// <param name="Schema">The URN before the name; null for none.</param>
/// <param name="Name">As it was written; names compare without regard to case.</param>
/// <param name="Sub">The sub-attribute; null for none.</param>
public sealed record AttributePath(string? Schema, string Name, string? Sub)
{
    /// <summary>Longest text that is read.</summary>
    public const int MaxLength = 256;

    /// <summary>Reads a name; null for what is none.</summary>
    public static AttributePath? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength)
            return null;
        string? schema = null;
        if (text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
        {
            var colon = text.LastIndexOf(':');
            schema = text[..colon].ToString();
            text = text[(colon + 1)..];
        }

        var dot = text.IndexOf('.');
        var name = dot < 0 ? text : text[..dot];
        var sub = dot < 0 ? default : text[(dot + 1)..];
        return IsName(name) && (dot < 0 || IsName(sub))
            ? new AttributePath(schema, name.ToString(), dot < 0 ? null : sub.ToString())
            : null;
    }

    /// <summary>True for the attribute of this name, in the schema or without one.</summary>
    public bool Is(string name, string schema) =>
        Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        && (Schema is null || Schema.Equals(schema, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => $"{(Schema is null ? "" : Schema + ":")}{Name}{(Sub is null ? "" : "." + Sub)}";

    // The attribute $ref is the only one that begins otherwise. RFC 7643 §2.1.
    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.Equals("$ref", StringComparison.OrdinalIgnoreCase))
            return true;
        if (text.IsEmpty || !char.IsAsciiLetter(text[0]))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        }

        return true;
    }
}
