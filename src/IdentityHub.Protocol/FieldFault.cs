namespace IdentityHub.Protocol;

/// <summary>What is wrong with one field.</summary>
/// <param name="IsType">True: JSON of the wrong type; false: a value that is missing, malformed or refused.</param>
/// <param name="Path">Where it stands, the root first: <c>object.name.first_name</c>.</param>
/// <param name="Name">The field's own name.</param>
/// <param name="Reason">The end of a sentence that begins with "it".</param>
/// <param name="IsKnown">False for an unknown field: its name is the caller's text.</param>
public sealed record FieldFault(bool IsType, string Path, string Name, string Reason, bool IsKnown = true)
{
    /// <summary>The same place as a JSON pointer, where the path alone cannot say it; null otherwise. RFC 6901.</summary>
    public string? Pointer { get; init; }
}
