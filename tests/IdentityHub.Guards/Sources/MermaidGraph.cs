using System.Text;

namespace IdentityHub.Guards.Sources;

/// <summary>
/// A dependency graph as Mermaid text. Nodes of a circle are drawn as one, and what another arrow says already has no arrow of its own.
/// </summary>
internal static class MermaidGraph
{
    /// <param name="edges">From what refers to what is referred to.</param>
    /// <param name="nodes">All, also those without an edge.</param>
    public static string Of(IEnumerable<string> nodes, IEnumerable<(string From, string To)> edges)
    {
        var names = nodes.Distinct().Order(StringComparer.Ordinal).ToList();
        var seen = edges.Where(edge => edge.From != edge.To).Distinct().ToLookup(edge => edge.From, edge => edge.To);
        var reached = names.ToDictionary(name => name, name => Reached(name, seen));

        // The nodes that reach each other are one.
        var circles = names.ToDictionary(
            name => name,
            name =>
                string.Join(", ", names.Where(other => other == name || (reached[name].Contains(other) && reached[other].Contains(name)))));
        var below = names
            .GroupBy(name => circles[name])
            .ToDictionary(
                circle => circle.Key,
                circle =>
                    circle.SelectMany(name => reached[name]).Select(name => circles[name]).Where(other => other != circle.Key).ToHashSet());

        var text = new StringBuilder("graph TD\n");
        foreach (var circle in below.Keys.Order(StringComparer.Ordinal))
            text.Append("    " + Id(circle) + "[\"" + circle + "\"]\n");
        foreach (var (circle, others) in below.OrderBy(circle => circle.Key, StringComparer.Ordinal))
        {
            foreach (
                var other in others.Where(other => !others.Any(between => below[between].Contains(other))).Order(StringComparer.Ordinal))
                text.Append("    " + Id(circle) + " --> " + Id(other) + "\n");
        }

        return text.ToString();
    }

    private static string Id(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit));

    private static HashSet<string> Reached(string start, ILookup<string, string> edges)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>(edges[start]);
        while (waiting.TryPop(out var next))
        {
            if (!reached.Add(next))
                continue;
            foreach (var other in edges[next])
                waiting.Push(other);
        }

        return reached;
    }
}
