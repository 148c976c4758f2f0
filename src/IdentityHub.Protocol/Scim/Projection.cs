using System.Text.Json.Nodes;

namespace IdentityHub.Protocol.Scim;

/// <summary>Which attributes an answer has: <c>attributes</c> and <c>excludedAttributes</c>. RFC 7644 §3.9.</summary>
public sealed class Projection
{
    /// <summary>Names in one list.</summary>
    public const int MaxNames = 100;

    private readonly List<AttributePath> _wanted;
    private readonly List<AttributePath> _excluded;

    private Projection(List<AttributePath> wanted, List<AttributePath> excluded) => (_wanted, _excluded) = (wanted, excluded);

    /// <summary>Everything that is shown by default.</summary>
    public static Projection Default { get; } = new([], []);

    /// <summary>Reads the two lists.</summary>
    public static Outcome<Projection> Read(IReadOnlyList<string> attributes, IReadOnlyList<string> excluded)
    {
        if (attributes.Count > MaxNames || excluded.Count > MaxNames)
            return ScimRefusals.Value($"There are more than {MaxNames} names of attributes.");
        if (attributes.Count > 0 && excluded.Count > 0)
            return ScimRefusals.Value("Send 'attributes' or 'excludedAttributes', not both.");
        var paths = attributes.Concat(excluded).Select(name => AttributePath.Parse(name.Trim())).ToList();
        if (paths.Contains(null))
            return ScimRefusals.Value("'attributes' and 'excludedAttributes' are names of attributes, separated by commas.");
        return attributes.Count > 0 ? new Projection(paths!, []) : new Projection([], paths!);
    }

    /// <summary>True where an answer shows the attribute.</summary>
    public bool Shows(string name, ScimSchema schema) =>
        schema.Find(name) is { IsAlwaysReturned: true }
        || (_wanted.Count == 0 || _wanted.Any(path => path.Is(name, schema.Id)))
            && !_excluded.Any(path => path.Is(name, schema.Id) && path.Sub is null);

    /// <summary>Leaves out what is not shown.</summary>
    public JsonObject Apply(JsonObject resource, ScimSchema schema)
    {
        foreach (var name in resource.Select(member => member.Key).ToList())
        {
            if (!Shows(name, schema))
                resource.Remove(name);
            else if (schema.Find(name) is { IsAlwaysReturned: false } attribute)
                ApplyToParts(resource, attribute, schema);
        }

        return resource;
    }

    private void ApplyToParts(JsonObject resource, AttributeDefinition attribute, ScimSchema schema)
    {
        var wanted = Subs(_wanted, attribute, schema);
        var excluded = Subs(_excluded, attribute, schema);
        if (wanted.Contains(null) || (wanted.Count == 0 && excluded.Count == 0))
            return;
        foreach (var value in resource[attribute.Name] is JsonArray list ? list.ToList() : [resource[attribute.Name]])
        {
            foreach (var name in (value as JsonObject)?.Select(member => member.Key).ToList() ?? [])
            {
                if ((wanted.Count > 0 && !wanted.Contains(name, StringComparer.OrdinalIgnoreCase))
                    || excluded.Contains(name, StringComparer.OrdinalIgnoreCase))
                    ((JsonObject)value!).Remove(name);
            }
        }
    }

    private static List<string?> Subs(List<AttributePath> paths, AttributeDefinition attribute, ScimSchema schema) =>
        [.. paths.Where(path => path.Is(attribute.Name, schema.Id)).Select(path => path.Sub)];
}
