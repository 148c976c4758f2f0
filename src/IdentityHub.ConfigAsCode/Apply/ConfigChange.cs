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
/// <param name="Source">Where the object is in the files; for a deletion, where it was.</param>
public sealed record ConfigChange(ConfigAction Action, string Kind, string Name, ConfigSource? Source)
{
    /// <summary>As a diff shows it: <c>+ clients/demo-web (clients.yaml:23)</c>.</summary>
    public override string ToString()
    {
        var sign = Action switch { ConfigAction.Create => '+', ConfigAction.Change => '~', _ => '-' };
        return Source is null ? $"{sign} {Kind}/{Name}" : $"{sign} {Kind}/{Name} ({Source.File}:{Source.Line})";
    }
}
