using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>What an operation of a PATCH does. RFC 7644 §3.5.2.</summary>
public enum PatchVerb
{
    /// <summary><c>add</c>.</summary>
    Add,

    /// <summary><c>remove</c>.</summary>
    Remove,

    /// <summary><c>replace</c>.</summary>
    Replace,
}

/// <summary>One operation of a PATCH.</summary>
/// <param name="Path">Null: the value is an object of attributes.</param>
/// <param name="Value">Null for none, and for JSON null.</param>
public sealed record PatchOperation(PatchVerb Verb, PatchPath? Path, JsonNode? Value)
{
    /// <summary>Shows nothing of the value: it may be a password.</summary>
    public override string ToString() => $"{nameof(PatchOperation)} {{ {Verb} {Path} }}";
}

/// <summary>What an operation changes: <c>attribute[filter].sub</c>. RFC 7644 §3.5.2, figure 7.</summary>
/// <param name="Filter">Which values of the attribute; null: all.</param>
/// <param name="Sub">Which part of these values; null: the whole.</param>
public sealed record PatchPath(AttributePath Attribute, FilterTree? Filter, string? Sub)
{
    /// <summary>Reads a path.</summary>
    public static Outcome<PatchPath> Read(string text)
    {
        if (text.Length > FilterReader.MaxLength)
            return ScimRefusals.Path($"The path is longer than {FilterReader.MaxLength} characters.");
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (AttributePath.Parse(bracket < 0 ? text : text.AsSpan(0, bracket)) is not { } attribute)
            return Unread(text);
        if (bracket < 0)
            return new PatchPath(attribute with { Sub = null }, null, attribute.Sub);
        if (attribute.Sub is not null)
            return Unread(text);

        var inner = FilterReader.ReadBracketed(text, bracket + 1);
        if (!inner.Succeeded)
            return inner.Error;
        var rest = text[inner.Value.End..];
        if (rest.Length == 0)
            return new PatchPath(attribute, inner.Value.Filter, null);
        return rest[0] == '.' && AttributePath.Parse(rest.AsSpan(1)) is { Schema: null, Sub: null, Name: var sub }
            ? new PatchPath(attribute, inner.Value.Filter, sub)
            : Unread(text);
    }

    private static Refusal Unread(string text) =>
        ScimRefusals.Path(
            $"The path '{ScimRefusals.Shown(text)}' cannot be read; it is like name.familyName or emails[type eq \"work\"].value.");
}
