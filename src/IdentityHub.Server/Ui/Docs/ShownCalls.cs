using System.Text.RegularExpressions;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>Calls under one heading.</summary>
/// <param name="Tag">The heading.</param>
internal sealed partial record CallSet(string Tag, IReadOnlyList<(EndpointDescription Endpoint, string Route)> Calls)
{
    /// <summary>The last part of the path of its page.</summary>
    public string Name { get; } = NameOf(Tag);

    /// <summary>True where administrators are meant.</summary>
    public bool IsAdministration => Calls[0].Endpoint.Audience == DescribedAudience.Administration;

    /// <summary>The name of the page of a heading.</summary>
    public static string NameOf(string tag) => NotInNames().Replace(tag.ToLowerInvariant(), "-").Trim('-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}

/// <summary>What the pages show at the moment.</summary>
/// <param name="Servers">Where the calls go.</param>
internal sealed record ShownCalls(IReadOnlyList<CallSet> Sets, DialectsDefinition Dialects, CallLimits Limits, DocumentServers Servers)
{
    /// <summary>Null where there is no such page.</summary>
    public CallSet? Find(string name) => Sets.FirstOrDefault(set => set.Name == name);

    /// <summary>A call by its id; null where its API is off.</summary>
    public (CallSet Set, EndpointDescription Endpoint, string Route)? FindCall(string id)
    {
        foreach (var set in Sets)
        {
            foreach (var (endpoint, route) in set.Calls)
            {
                if (endpoint.Id == id)
                    return (set, endpoint, route);
            }
        }

        return null;
    }
}
