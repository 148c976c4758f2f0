using System.Buffers;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Http;

/// <summary>A body that is one JSON object, with members of any kind.</summary>
/// <param name="Root">Each member once, at most <see cref="MaxDepth"/> levels, every string valid Unicode.</param>
internal sealed record JsonBody(JsonElement Root)
{
    /// <summary>Levels; deeper is refused before anything is made of it.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonBody Empty = new(JsonElement.Parse("{}"));

    /// <summary>Reads the body; contracts/README.md rule 7: what begins like JSON is JSON, whatever its media type says.</summary>
    /// <param name="isOptional">True: no body is an empty object.</param>
    public static ValueTask<Outcome<JsonBody>> ReadAsync(HttpRequest request, bool isOptional, CancellationToken cancellationToken) =>
        BodyReader.ReadAsync(request, body => isOptional && body.IsEmpty ? Empty : Parse(body, request.ContentType), cancellationToken);

    /// <summary>The member as text; null when it is absent or null.</summary>
    public string? Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The member of a member.</summary>
    public JsonBody? Object(string name) => Member(name) is { ValueKind: JsonValueKind.Object } value ? new JsonBody(value) : null;

    /// <summary>The member; null when it is absent.</summary>
    public JsonElement? Member(string name) => Root.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Shows nothing of the body: it may hold a password.</summary>
    public override string ToString() => nameof(JsonBody);

    private static Outcome<JsonBody> Parse(ReadOnlySequence<byte> body, string? contentType)
    {
        if (!JsonReader.LooksLikeJson(body) && !IsJsonOrUnsaid(contentType))
            return Refusal.Of(RefusalKind.UnsupportedMediaType, "The body must be application/json.", Reasons.MediaType);
        return StrictJson.TryReadObject(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), MaxDepth, out var root)
            ? new JsonBody(root)
            : Refusal.InvalidRequest(
                $"The body must be one JSON object in UTF-8: each name once, at most {MaxDepth} levels.", Reasons.JsonMalformed);
    }

    // A plain curl --data says form.
    private static bool IsJsonOrUnsaid(string? contentType) =>
        contentType is null
        || contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        || FormReader.IsForm(contentType);
}
