using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>One type of value: how it is read out of a file, and how the JSON schema describes it.</summary>
internal abstract class ValueShape
{
    /// <summary>What it is called in a sentence, e.g. <c>a duration such as 15m</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>The value; null when it was refused, which has then been reported.</summary>
    public abstract object? Read(ConfigNode node, ReadContext context);

    /// <summary>JSON Schema, draft 2020-12.</summary>
    public abstract JsonObject ToSchema(SchemaDefinitions definitions);

    /// <summary>A default value as the files would write it.</summary>
    public virtual JsonNode? ToJson(object value) => null;
}

/// <summary>What reading a value may need.</summary>
/// <param name="Directory">Where the paths of secret files begin.</param>
internal sealed record ReadContext(string Directory, ConfigContext Config, FaultCollector Faults)
{
    /// <summary>The node of each definition that was read, for the rules that follow.</summary>
    public Dictionary<object, MappingNode> Origins { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>How secrets of a body that was sent are written; null for files.</summary>
    public SentSecrets? Sent { get; init; }

    public bool IsDevelopment => Config.Stage == ConfigContext.Development;

    /// <summary>Reports that the value is not of its shape.</summary>
    /// <returns>Null, so that a shape can refuse and return in one go.</returns>
    public object? Refuse(ConfigNode node, string message)
    {
        Faults.AddShape(node, message);
        return null;
    }
}
