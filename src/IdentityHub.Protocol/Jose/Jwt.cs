using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace IdentityHub.Protocol.Jose;

/// <summary>
/// A signed JWT in compact form (RFC 7519, RFC 7515 §7.1), read but not believed: nothing in it counts before
/// <see cref="IsSignedBy"/> or <see cref="JwtVerifier"/> has said yes. Immutable; keeps no part of the text it was read from.
/// </summary>
/// <remarks>
/// The header parameters <c>jku</c>, <c>jwk</c>, <c>x5u</c> and <c>x5c</c>, by which a token would bring or point to its own
/// key, are never followed: keys come from the caller alone (RFC 8725 §3.10). Type, issuer, audience and times are the caller's to check.
/// </remarks>
public sealed class Jwt
{
    /// <summary>Longest token that is looked at, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>HMAC with SHA-256, RFC 7518 §3.2: the one algorithm of <see cref="IsSignedWith"/>.</summary>
    public const string SharedSecretAlgorithm = "HS256";

    internal Jwt(JsonElement header, JsonElement payload, byte[] signingInput, byte[] signature, string algorithm)
    {
        Header = header;
        Payload = payload;
        SigningInput = signingInput;
        Signature = signature;
        Algorithm = algorithm;
        KeyId = JwtClaims.GetString(header, "kid");
        Type = JwtClaims.GetString(header, "typ");
    }

    /// <summary>The header's <c>alg</c>, any string at all: the token's proposal, which the key accepts or not.</summary>
    public string Algorithm { get; }

    /// <summary>The header's <c>kid</c>: an opaque string, compared and never interpreted.</summary>
    public string? KeyId { get; }

    /// <summary>The header's <c>typ</c> as it is written; media types compare without regard to case (RFC 7515 §4.1.9).</summary>
    public string? Type { get; }

    /// <summary>The JOSE header, an object without repeated names.</summary>
    public JsonElement Header { get; }

    /// <summary>The claims, an object without repeated names.</summary>
    public JsonElement Payload { get; }

    /// <summary>What was signed: the ASCII bytes of the first two parts and the dot between them.</summary>
    public ReadOnlyMemory<byte> SigningInput { get; }

    /// <summary>The decoded third part; never empty.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>
    /// Reads a token strictly: three parts, canonical base64url, at most <see cref="MaxLength"/> characters, no encryption
    /// (<c>enc</c>, <c>zip</c>), no extension that must be understood (<c>crit</c>, <c>b64</c>). Never throws.
    /// </summary>
    /// <param name="fault">A sentence that quotes nothing of the token; null when it could be read.</param>
    public static bool TryParse(ReadOnlySpan<char> compact, [NotNullWhen(true)] out Jwt? jwt, [NotNullWhen(false)] out string? fault)
    {
        jwt = JwtReader.Read(compact, out var reason);
        fault = jwt is null ? reason : null;
        return jwt is not null;
    }

    /// <summary>True when <paramref name="key"/> may be used with the token's algorithm and made its signature.</summary>
    public bool IsSignedBy(JsonWebKey key) => key.Verify(Algorithm, SigningInput.Span, Signature.Span);

    /// <summary>
    /// True when the token says <see cref="SharedSecretAlgorithm"/> and <paramref name="secret"/> made its signature; compared in fixed
    /// time. For a secret that two parties share, never for a key that is published: RFC 8725 §2.1.
    /// </summary>
    public bool IsSignedWith(ReadOnlySpan<byte> secret)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, SigningInput.Span, expected);
        return CryptographicOperations.FixedTimeEquals(expected, Signature.Span)
            && string.Equals(Algorithm, SharedSecretAlgorithm, StringComparison.Ordinal);
    }

    /// <summary>A claim that is a JSON string; null where it is absent or of another type.</summary>
    public string? GetString(string name) => JwtClaims.GetString(Payload, name);

    /// <summary>
    /// A NumericDate (RFC 7519 §2: seconds since 1970-01-01T00:00:00Z, whole or with a fraction); null where it is absent, not a number,
    /// or outside the years 1 to 9999.
    /// </summary>
    public DateTimeOffset? GetTime(string name) => JwtClaims.GetTime(Payload, name);

    /// <summary>
    /// True when the claim is there and is after <paramref name="time"/>. A claim that cannot be read counts as later: its meaning is not
    /// known.
    /// </summary>
    public bool IsAfter(string name, DateTimeOffset time) => Payload.TryGetProperty(name, out _) && !(GetTime(name) <= time);

    /// <summary>The <c>aud</c> claim, a string or an array of strings (RFC 7519 §4.1.3); empty where it is anything else.</summary>
    public IReadOnlyList<string> GetAudiences() => JwtClaims.GetStrings(Payload, "aud");
}
