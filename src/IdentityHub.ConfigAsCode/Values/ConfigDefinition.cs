using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>One object of the configuration, with the place that it was read from.</summary>
public abstract record ConfigDefinition
{
    /// <summary>Where the object begins; null for one that was not read from a file.</summary>
    [JsonIgnore]
    public ConfigSource? Source { get; init; }
}

/// <summary>A place in the configuration.</summary>
/// <param name="File">Name of the configuration directory and the path below it, with slashes: <c>config/clients.yaml</c>.</param>
/// <param name="Line">Counted from 1.</param>
public sealed record ConfigSource(string File, int Line);
