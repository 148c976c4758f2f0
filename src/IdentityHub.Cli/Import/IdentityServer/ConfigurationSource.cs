using System.Text.Json;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>What IdentityServer calls its configuration, each object with the keys of its model.</summary>
internal sealed record ConfigurationSource(
    IReadOnlyList<SourceObject> Clients, IReadOnlyList<SourceObject> ApiScopes, IReadOnlyList<SourceObject> ApiResources,
    IReadOnlyList<SourceObject> IdentityResources)
{
    /// <summary>Nothing.</summary>
    public static ConfigurationSource Empty { get; } = new([], [], [], []);

    /// <summary>An object with the name that the report calls it by.</summary>
    /// <param name="section">The section that it becomes part of.</param>
    /// <param name="name">Null: the value of <paramref name="key"/>.</param>
    public static SourceObject New(string section, string key, JsonElement json, ImportReport report, string? name = null) =>
        new($"{section}/{new SourceObject("", json, report).Text(key) ?? name ?? "?"}", json, report);
}
