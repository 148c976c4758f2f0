using System.Text;
using System.Text.Json;

namespace IdentityHub.Protocol.Jose;

/// <summary>The checks of <see cref="Jwt.TryParse"/>: RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725 §3.</summary>
internal static class JwtReader
{
    private const int MaxHeaderDepth = 8;
    private const int MaxPayloadDepth = 32;

    // Each changes what the token means in a way that is not supported. RFC 7515 §4.1.11, RFC 7516 §4.1, RFC 7797 §3.
    private static readonly string[] RefusedHeaders = ["crit", "enc", "zip", "b64"];

    /// <summary>The token, or null and the reason.</summary>
    public static Jwt? Read(ReadOnlySpan<char> compact, out string fault)
    {
        if (compact.Length > Jwt.MaxLength)
            return Refuse($"The token is longer than {Jwt.MaxLength} characters.", out fault);

        Span<Range> parts = stackalloc Range[4];
        if (compact.Split(parts, '.') != 3)
            return Refuse("The token has not exactly three parts.", out fault);
        if (!StrictBase64Url.TryDecode(compact[parts[0]], out var headerBytes) ||
            !StrictBase64Url.TryDecode(compact[parts[1]], out var payloadBytes) ||
            !StrictBase64Url.TryDecode(compact[parts[2]], out var signature))
            return Refuse("A part of the token is empty or not base64url.", out fault);

        if (!StrictJson.TryReadObject(headerBytes, MaxHeaderDepth, out var header))
            return Refuse("The header is not a JSON object of unique names.", out fault);
        if (Array.Find(RefusedHeaders, name => header.TryGetProperty(name, out _)) is { } refused)
            return Refuse($"The header parameter '{refused}' is not supported.", out fault);
        if (JwtClaims.GetString(header, "alg") is not { } algorithm)
            return Refuse("The header parameter 'alg' is missing or not a string.", out fault);
        if (!IsStringOrAbsent(header, "kid") || !IsStringOrAbsent(header, "typ"))
            return Refuse("The header parameters 'kid' and 'typ' are strings.", out fault);
        if (!StrictJson.TryReadObject(payloadBytes, MaxPayloadDepth, out var payload))
            return Refuse("The payload is not a JSON object of unique names.", out fault);

        fault = "";
        var signingInput = new byte[parts[1].End.Value];
        Encoding.ASCII.GetBytes(compact[..signingInput.Length], signingInput);
        return new Jwt(header, payload, signingInput, signature, algorithm);
    }

    private static bool IsStringOrAbsent(JsonElement header, string name) =>
        !header.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.String;

    private static Jwt? Refuse(string reason, out string fault)
    {
        fault = reason;
        return null;
    }
}
