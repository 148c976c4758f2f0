using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>The body of a bulk request. RFC 7644 §3.7.</summary>
/// <param name="FailOnErrors">After so many failures the rest is not done; null: all is done.</param>
internal sealed record BulkRequest(IReadOnlyList<BulkOperation> Operations, int? FailOnErrors)
{
    /// <summary>Reads the body.</summary>
    public static Outcome<BulkRequest> Read(JsonElement body, int maxOperations)
    {
        if (ResourceReader.MessageFault(body, ScimUrns.BulkRequest) is { } fault)
            return fault;
        if (!body.TryGetProperty(nameof(Operations), out var listed) || listed.ValueKind != JsonValueKind.Array)
            return ScimRefusals.Syntax("'Operations' must be a list of operations.");
        if (listed.GetArrayLength() > maxOperations)
            return ScimRefusals.TooMany($"There are more than {maxOperations} operations.");
        var most =
            body.TryGetProperty("failOnErrors", out var sent) && sent.ValueKind == JsonValueKind.Number
            && sent.TryGetInt32(out var number)
            ? Math.Max(1, number)
            : (int?)null;
        return new BulkRequest([.. listed.EnumerateArray().Select(BulkOperation.Read)], most);
    }
}

/// <summary>One operation of a bulk request.</summary>
/// <param name="Index">Its place in the request.</param>
/// <param name="Method">In upper case.</param>
/// <param name="Version">As <c>If-Match</c>; null for none.</param>
/// <param name="References">The <c>bulkId</c>s that it refers to.</param>
/// <param name="Fault">What is wrong with it; null when nothing is.</param>
internal sealed record BulkOperation(
    int Index, string Method, string? BulkId, string? Version, string Path, JsonElement? Data, IReadOnlyList<string> References,
    Refusal? Fault)
{
    private const string Prefix = "bulkId:";

    public bool IsPost => Method == "POST";

    /// <summary>Reads an operation.</summary>
    public static BulkOperation Read(JsonElement sent, int index)
    {
        var (method, path, bulkId) = (Text(sent, "method")?.ToUpperInvariant() ?? "", Text(sent, "path") ?? "", Text(sent, "bulkId"));
        var fault = method == "POST" && bulkId is null ? ScimRefusals.Syntax("An operation that makes a resource needs a 'bulkId'.") : null;
        JsonElement? data =
            sent.ValueKind == JsonValueKind.Object && sent.TryGetProperty("data", out var member)
            && member.ValueKind == JsonValueKind.Object
                ? member
                : null;
        var references = new List<string>();
        Collect(data, references);
        references.AddRange(path.Split('/').Where(step => step.StartsWith(Prefix, StringComparison.Ordinal)).Select(NameOf));
        return new BulkOperation(index, method, bulkId, Text(sent, "version"), path, data, [.. references.Distinct()], fault);
    }

    /// <summary>The operation with the ids of resources that others have made.</summary>
    public BulkOperation Resolved(IReadOnlyDictionary<string, string> made) =>
        References.Count == 0
            ? this
            : this with
            {
                Path = string.Join('/', Path.Split('/').Select(step => Resolved(step, made))),
                Data = Data is { } data ? JsonSerializer.SerializeToElement(Resolved(JsonObject.Create(data), made)) : null,
            };

    /// <summary>Shows nothing of the data: it may hold a password.</summary>
    public override string ToString() => $"{nameof(BulkOperation)} {{ {Method} {Index} }}";

    private static JsonNode? Resolved(JsonNode? node, IReadOnlyDictionary<string, string> made) => node switch
    {
        JsonObject members => new JsonObject(
            members.ToList().Select(member => KeyValuePair.Create(member.Key, Resolved(member.Value, made)))),
        JsonArray list => new JsonArray([.. list.ToList().Select(item => Resolved(item, made))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Resolved(value.GetValue<string>(), made)),
        _ => node?.DeepClone(),
    };

    private static string Resolved(string text, IReadOnlyDictionary<string, string> made) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) ? made[NameOf(text)] : text;

    private static void Collect(JsonElement? value, List<string> references)
    {
        switch (value)
        {
            case { ValueKind: JsonValueKind.Object }:
                foreach (var member in value.Value.EnumerateObject())
                    Collect(member.Value, references);
                break;
            case { ValueKind: JsonValueKind.Array }:
                foreach (var item in value.Value.EnumerateArray())
                    Collect(item, references);
                break;
            case { ValueKind: JsonValueKind.String } when value.Value.GetString()!.StartsWith(Prefix, StringComparison.Ordinal):
                references.Add(NameOf(value.Value.GetString()!));
                break;
        }
    }

    private static string NameOf(string reference) => reference[Prefix.Length..];

    private static string? Text(JsonElement sent, string name) =>
        sent.ValueKind == JsonValueKind.Object && sent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}
