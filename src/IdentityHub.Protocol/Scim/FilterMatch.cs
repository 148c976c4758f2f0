using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>Says whether a resource matches a filter. RFC 7644 §3.4.2.2.</summary>
public static class FilterMatch
{
    /// <summary>True where the resource matches.</summary>
    public static bool Matches(FilterTree filter, JsonObject resource, ScimSchema schema) =>
        Matches(
            filter, resource,
            path => path.Schema is null || path.Schema.Equals(schema.Id, StringComparison.OrdinalIgnoreCase)
                ? schema.Find(path.Name)
                : null);

    /// <summary>True where one value of a complex attribute matches.</summary>
    internal static bool Matches(FilterTree filter, JsonObject value, AttributeDefinition attribute) =>
        Matches(filter, value, path => path.Schema is null ? attribute.Sub(path.Name) : null);

    private static bool Matches(FilterTree filter, JsonObject resource, Func<AttributePath, AttributeDefinition?> find) => filter switch
    {
        FilterTree.Both(var left, var right) => Matches(left, resource, find) && Matches(right, resource, find),
        FilterTree.Either(var left, var right) => Matches(left, resource, find) || Matches(right, resource, find),
        FilterTree.Not(var inner) => !Matches(inner, resource, find),
        FilterTree.Present(var path) => Values(path, resource, find).Nodes.Count > 0,
        FilterTree.Within(var path, var inner) => find(path) is { } attribute
            && Flat(resource[attribute.Name]).OfType<JsonObject>().Any(value => Matches(inner, value, attribute)),
        FilterTree.Comparison comparison => Compares(comparison, resource, find),
        _ => false,
    };

    private static bool Compares(FilterTree.Comparison comparison, JsonObject resource, Func<AttributePath, AttributeDefinition?> find)
    {
        var (attribute, nodes) = Values(comparison.Path, resource, find);
        if (attribute is null)
            return false;
        var (op, negates) = comparison.Operator == FilterOperator.NotEqual ? (FilterOperator.Equal, true) : (comparison.Operator, false);
        if (comparison.Value is null)
            return op == FilterOperator.Equal && nodes.Count == 0 != negates;
        return nodes.Any(node => Compares(attribute, node, op, comparison.Value)) != negates;
    }

    private static bool Compares(AttributeDefinition attribute, JsonNode node, FilterOperator op, object value)
    {
        if (attribute.Type == ScimType.Boolean)
            return op == FilterOperator.Equal
                && (value as bool? ?? (bool.TryParse(value as string, out var read) ? read : null)) == node.GetValue<bool>();
        if (value is not string text || node.GetValueKind() != JsonValueKind.String)
            return false;
        var stored = node.GetValue<string>();
        var rule = attribute.IsCaseExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return op switch
        {
            FilterOperator.Equal when attribute.Type == ScimType.DateTime => Order(attribute, stored, text, rule) == 0,
            FilterOperator.Equal => stored.Equals(text, rule),
            FilterOperator.Contains => stored.Contains(text, rule),
            FilterOperator.StartsWith => stored.StartsWith(text, rule),
            FilterOperator.EndsWith => stored.EndsWith(text, rule),
            FilterOperator.Greater => Order(attribute, stored, text, rule) > 0,
            FilterOperator.GreaterOrEqual => Order(attribute, stored, text, rule) >= 0,
            FilterOperator.Less => Order(attribute, stored, text, rule) < 0,
            FilterOperator.LessOrEqual => Order(attribute, stored, text, rule) <= 0,
            _ => false,
        };
    }

    // Null where the two have no order: no comparison is true.
    private static int? Order(AttributeDefinition attribute, string stored, string text, StringComparison rule)
    {
        if (attribute.Type != ScimType.DateTime)
            return string.Compare(stored, text, rule);
        return Time(stored) is { } left && Time(text) is { } right ? left.CompareTo(right) : null;
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    // A complex attribute without a sub-attribute stands for its value. RFC 7643 §2.4.
    private static (AttributeDefinition? Attribute, List<JsonNode> Nodes) Values(
        AttributePath path, JsonObject resource, Func<AttributePath, AttributeDefinition?> find)
    {
        if (find(path) is not { } attribute)
            return (null, []);
        var nodes = Flat(resource[attribute.Name]);
        if (attribute.Type != ScimType.Complex)
            return (path.Sub is null ? attribute : null, nodes);
        if (path.Sub is null && attribute.Sub("value") is null)
            return (attribute, nodes);
        return attribute.Sub(path.Sub ?? "value") is { } sub
            ? (sub, [.. nodes.OfType<JsonObject>().Select(node => node[sub.Name]).OfType<JsonNode>()])
            : (null, []);
    }

    private static List<JsonNode> Flat(JsonNode? node) => node switch
    {
        null => [],
        JsonArray list => [.. list.OfType<JsonNode>()],
        _ => [node],
    };
}
