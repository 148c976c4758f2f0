using System.Buffers;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>Bodies that are one JSON value, whatever their media type says; contracts/README.md rule 7.</summary>
internal static class SmallJson
{
    /// <summary>Longest text in characters.</summary>
    private const int MaxLength = 200;

    /// <summary>A JSON string, or the member <paramref name="member"/> of a JSON object.</summary>
    public static ValueTask<Outcome<string>> ReadTextAsync(HttpRequest request, string member, CancellationToken cancellationToken) =>
        BodyReader.ReadAsync(request, body => ParseText(body, member), cancellationToken);

    /// <summary>A JSON boolean as text, <c>true</c> or <c>false</c>; no body is <c>false</c>.</summary>
    public static ValueTask<Outcome<string>> ReadFlagAsync(HttpRequest request, CancellationToken cancellationToken) =>
        BodyReader.ReadAsync(request, ParseFlag, cancellationToken);

    /// <summary>A flat JSON object of texts, or a form.</summary>
    public static ValueTask<Outcome<Parameters>> ReadTextsAsync(HttpRequest request, CancellationToken cancellationToken) =>
        BodyReader.ReadAsync(request, body => ParseTexts(body, request.ContentType), cancellationToken);

    /// <summary>The same where there may be no body.</summary>
    public static ValueTask<Outcome<Parameters>> ReadOptionalTextsAsync(HttpRequest request, CancellationToken cancellationToken) =>
        BodyReader.ReadAsync(request, body => body.IsEmpty ? new Parameters() : ParseTexts(body, request.ContentType), cancellationToken);

    private static Outcome<Parameters> ParseTexts(ReadOnlySequence<byte> body, string? contentType)
    {
        if (JsonReader.LooksLikeJson(body))
            return JsonReader.Parse(body);
        return FormReader.IsForm(contentType)
            ? FormReader.Parse(body, JsonReader.MaxValueLength)
            : Refusal.InvalidRequest("The body must be one JSON object, or a form.", Reasons.JsonMalformed);
    }

    private static Outcome<string> ParseText(ReadOnlySequence<byte> body, string member)
    {
        if (JsonReader.LooksLikeJson(body))
        {
            var parameters = JsonReader.Parse(body);
            return parameters.Succeeded ? Judge(parameters.Value[member], member) : parameters.Error;
        }

        var json = new Utf8JsonReader(body);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.String)
                return Malformed(member);
            var text = json.GetString();
            return json.Read() ? Malformed(member) : Judge(text, member);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Malformed(member);
        }
    }

    private static Outcome<string> ParseFlag(ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
            return bool.FalseString;
        var json = new Utf8JsonReader(body);
        try
        {
            if (!json.Read() || json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                return NoFlag();
            var flag = json.GetBoolean() ? bool.TrueString : bool.FalseString;
            return json.Read() ? NoFlag() : flag;
        }
        catch (JsonException)
        {
            return NoFlag();
        }
    }

    private static Outcome<string> Judge(string? text, string member) =>
        string.IsNullOrEmpty(text) ? Malformed(member)
        : text.Length > MaxLength || text.Any(char.IsControl)
            ? Refusal.InvalidRequest($"'{member}' is too long, or has a control character.", Reasons.FieldValue)
        : text;

    private static Refusal Malformed(string member) =>
        Refusal.InvalidRequest($"The body must be a JSON string, or an object with '{member}'.", Reasons.JsonMalformed);

    private static Refusal NoFlag() =>
        Refusal.InvalidRequest("The body must be true or false, or there must be none.", Reasons.JsonMalformed);
}
