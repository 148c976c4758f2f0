using IdentityHub.Protocol.Jose;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>Algorithms of signatures, as IdentityServer lists them.</summary>
internal static class Algorithms
{
    /// <summary>What IdentityServer signs with where nothing else is said.</summary>
    public const string Usual = JwsAlgorithms.RS256;

    /// <summary>A list, or one text with commas as in the database.</summary>
    public static IReadOnlyList<string> Of(SourceObject source, string key) =>
    [
        .. source.Texts(key)
            .SelectMany(text => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
    ];
}
