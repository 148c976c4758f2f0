using System.Text.Json;

namespace IdentityHub.Testing;

/// <summary>An answer of the server, read to its end.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Headers">All headers, those of the content included; repeated ones joined by <c>, </c>; names compare without case.</param>
/// <param name="Body">The body as text.</param>
public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>
    /// The member as text; null when the body has no such member, or is no JSON object. Members that are no strings come as JSON.
    /// </summary>
    public string? this[string member] =>
        Body.StartsWith('{') && Json.TryGetProperty(member, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()
            : null;

    /// <summary>The header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Bytes of the headers as they went over the wire, without the status line.</summary>
    public int HeaderLength => Headers.Sum(header => header.Key.Length + header.Value.Length + ": \r\n".Length);

    public override string ToString() => $"{Status} {Body}";

    internal static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }
}
