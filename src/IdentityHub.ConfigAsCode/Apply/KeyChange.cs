using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>What happens to one key of an object. Never holds a secret, nor a digest of one.</summary>
/// <param name="Key">The way to the value, e.g. <c>refresh_token.grace</c>; ends with <c>[]</c> for one item of a list of words.</param>
/// <param name="Old">As the files write it; null where there is none.</param>
/// <param name="New">As the files write it; null where there is none.</param>
/// <param name="Note">What happens, where the values are secret or say too little: <c>secret 2 added</c>.</param>
public sealed record KeyChange(
    string Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Old,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? New,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note = null)
{
    /// <summary>As a diff shows it: <c>access_token_lifetime: 1h → 30m</c>.</summary>
    public override string ToString() => this switch
    {
        { Note: { } note } => $"{Key}: {note}",
        { Old: null } when Key.EndsWith(']') => $"{Key}: + {New}",
        { New: null } when Key.EndsWith(']') => $"{Key}: - {Old}",
        { Old: null } => $"{Key}: {New}",
        _ => $"{Key}: {Old} → {New ?? "(left out)"}",
    };
}
