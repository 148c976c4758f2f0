using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using IdentityHub.Protocol.Jose;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

/// <summary>Keys and tokens for tests, good and bad.</summary>
internal static class Given
{
    public const string Claims = """{"iss":"https://hub.example","sub":"alice","aud":"orders"}""";

    private static readonly ConcurrentDictionary<string, Lazy<JwtSigner>> Signers = new();

    /// <summary>One signer for all tests that do not dispose it: an RSA key takes long to make.</summary>
    public static JwtSigner Signer(string algorithm) =>
        Signers.GetOrAdd(algorithm, static name => new Lazy<JwtSigner>(() => JwtSigner.Create(name))).Value;

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static JsonWebKey Key(string json)
    {
        Assert.That(JsonWebKey.TryParse(Json(json), out var key, out var fault), fault);
        return key!;
    }

    public static Jwt Token(string compact)
    {
        Assert.That(Jwt.TryParse(compact, out var jwt, out var fault), fault);
        return jwt!;
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>A token of any header and payload, with a signature of <paramref name="signatureLength"/> bytes that nobody made.</summary>
    public static string Unsigned(string header, string payload = Claims, int signatureLength = 64) =>
        $"{Encode(header)}.{Encode(payload)}.{Base64Url.EncodeToString(new byte[signatureLength])}";

    public static string Signed(JwtSigner signer, string claims = Claims) => signer.CreateJwt("at+jwt", Encoding.UTF8.GetBytes(claims));

    /// <summary>The public half as it would stand in a key set.</summary>
    public static string Written(JsonWebKey key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
