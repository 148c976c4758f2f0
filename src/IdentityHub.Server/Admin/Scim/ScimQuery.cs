using System.Globalization;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// What a query asks for. RFC 7644 §3.4.2. <c>sortBy</c> and parameters that are not known are ignored, as §3.4.2.3 allows.
/// </summary>
/// <param name="Filter">Null: everything.</param>
/// <param name="StartIndex">From 1.</param>
/// <param name="Count">At most <see cref="MaxCount"/>; 0: the number of resources only.</param>
internal sealed record ScimQuery(FilterTree? Filter, int StartIndex, int Count, Projection Projection)
{
    /// <summary>Resources on one page.</summary>
    public const int MaxCount = 200;

    private const int DefaultCount = 100;

    // No directory has more users: an OFFSET beyond it says the same.
    private const int MaxIndex = 100_000_000;

    /// <summary>The query of a GET.</summary>
    public static Outcome<ScimQuery> Read(HttpRequest request) => Read(
        request.Query["filter"], Number(request.Query["startIndex"]), Number(request.Query["count"]), Names(request, "attributes"),
        Names(request, "excludedAttributes"));

    /// <summary>The body of a POST to <c>.search</c>. RFC 7644 §3.4.3.</summary>
    public static Outcome<ScimQuery> Read(JsonElement body)
    {
        if (ResourceReader.MessageFault(body, ScimUrns.SearchRequest) is { } fault)
            return fault;
        foreach (var (name, kind) in new[]
        {
            ("filter", JsonValueKind.String), ("startIndex", JsonValueKind.Number), ("count", JsonValueKind.Number),
            ("attributes", JsonValueKind.Array), ("excludedAttributes", JsonValueKind.Array),
        })
        {
            if (body.TryGetProperty(name, out var member) && member.ValueKind != kind && member.ValueKind != JsonValueKind.Null)
                return ScimRefusals.Syntax($"'{name}' must be a JSON {kind.ToString().ToLowerInvariant()}.");
        }

        return Read(
            Member(body, "filter")?.GetString(), Number(Member(body, "startIndex")), Number(Member(body, "count")),
            Names(Member(body, "attributes")), Names(Member(body, "excludedAttributes")));
    }

    /// <summary>Which attributes the answer to a write has.</summary>
    public static Outcome<Projection> ReadProjection(HttpRequest request) =>
        Projection.Read(Names(request, "attributes"), Names(request, "excludedAttributes"));

    private static Outcome<ScimQuery> Read(
        string? filter, int? startIndex, int? count, IReadOnlyList<string> attributes, IReadOnlyList<string> excluded)
    {
        var projection = Projection.Read(attributes, excluded);
        if (!projection.Succeeded)
            return projection.Error;
        var read = string.IsNullOrWhiteSpace(filter) ? null : (Outcome<FilterTree>?)FilterReader.Read(filter);
        if (read is { Succeeded: false, Error: var unread })
            return unread;

        // RFC 7644 §3.4.2.4: less than 1 is 1, less than 0 is 0.
        return new ScimQuery(
            read?.Value, Math.Clamp(startIndex ?? 1, 1, MaxIndex), Math.Clamp(count ?? DefaultCount, 0, MaxCount), projection.Value);
    }

    private static List<string> Names(HttpRequest request, string name) =>
        [.. request.Query[name].SelectMany(list => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))];

    private static List<string> Names(JsonElement? list) =>
        [.. (list?.EnumerateArray() ?? []).Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()! : "")];

    private static JsonElement? Member(JsonElement body, string name) =>
        body.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? Number(JsonElement? value) => value is { } number && number.TryGetInt32(out var read) ? read : null;
}
