namespace IdentityHub.ConfigAsCode;

/// <summary>What applying would do to an object.</summary>
public enum ConfigAction
{
    Create,
    Change,

    /// <summary>Done only when pruning was asked for. Users are never deleted.</summary>
    Delete,
}

/// <summary>One step of a plan.</summary>
/// <param name="Kind">The section, e.g. <c>clients</c>.</param>
/// <param name="Name">The object's id inside it, e.g. the <c>client_id</c>.</param>
/// <param name="Source">Where the object is in the files; for a deletion, where it was. Null: it was made by the administration
/// API.</param>
public sealed record ConfigChange(ConfigAction Action, string Kind, string Name, ConfigSource? Source)
{
    /// <summary>What owns an object that no file owns.</summary>
    public const string ApiSource = "api";

    /// <summary>What owns the object: <c>clients.yaml:23</c>, or <see cref="ApiSource"/>.</summary>
    public static string OwnerOf(ConfigSource? source) => source is null ? ApiSource : $"{source.File}:{source.Line}";

    /// <summary>As a diff shows it: <c>+ clients/demo-web (clients.yaml:23)</c>.</summary>
    public override string ToString()
    {
        var sign = Action switch { ConfigAction.Create => '+', ConfigAction.Change => '~', _ => '-' };
        return $"{sign} {Kind}/{Name} ({OwnerOf(Source)})";
    }
}

/// <summary>One step of a plan with what it does to each key.</summary>
/// <param name="Was">Where the object was before, where that is another place; null otherwise.</param>
/// <param name="Keys">Empty for a deletion, and for an object that this version stores in another form.</param>
public sealed record PlannedChange(ConfigChange Change, ConfigSource? Was, IReadOnlyList<KeyChange> Keys)
{
    /// <summary>True where the administration API made the object, and the files own it from now on.</summary>
    public bool IsTakenOver { get; init; }
}
