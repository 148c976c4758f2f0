using System.IO.Pipelines;
using System.Text.Json.Serialization;

namespace IdentityHub.Server.Admin.Api;

/// <summary>What an operation answers in the good case.</summary>
/// <param name="Body">JSON; null for none.</param>
/// <param name="Tag">The <c>ETag</c> of the object; null where the answer is not about one.</param>
/// <param name="Location">Path of an object that was made; null for none.</param>
internal sealed record AdminAnswer(int Status, byte[]? Body, string? Tag, string? Location)
{
    /// <summary>True for an answer that was given before, under the same idempotency key.</summary>
    [JsonIgnore]
    public bool IsReplayed { get; init; }

    /// <summary>Writes the lines of an answer that is not made in memory (NDJSON); null for every other answer.</summary>
    [JsonIgnore]
    public Func<PipeWriter, CancellationToken, Task>? Lines { get; init; }

    /// <summary>200 with one object.</summary>
    public static AdminAnswer Of(object value)
    {
        var body = AdminJson.Bytes(value);
        return new AdminAnswer(StatusCodes.Status200OK, body, AdminJson.TagOf(body), null);
    }

    /// <summary>201 with the object that was made.</summary>
    /// <param name="path">Below the base path, e.g. <c>/users/…</c>.</param>
    public static AdminAnswer Created(object value, string path) =>
        Of(value) with { Status = StatusCodes.Status201Created, Location = AdminOperation.BasePath + path };

    /// <summary>200 with one page of a list.</summary>
    public static AdminAnswer Page(IEnumerable<object> items, string? nextCursor) =>
        new(StatusCodes.Status200OK, AdminJson.Bytes(new { Items = items, NextCursor = nextCursor }), null, null);

    /// <summary>200 with a list that is always whole, and has an <c>ETag</c>.</summary>
    public static AdminAnswer All(IEnumerable<object> items) => Of(new { Items = items, NextCursor = (string?)null });

    /// <summary>204.</summary>
    public static AdminAnswer None { get; } = new(StatusCodes.Status204NoContent, null, null, null);

    /// <summary>Shows nothing of the body, which may hold a secret.</summary>
    public override string ToString() => $"{nameof(AdminAnswer)} {{ {Status} }}";
}
