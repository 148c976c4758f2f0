using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace IdentityHub.Server.Tests.Support;

/// <summary>
/// A client assertion as another implementation makes it (Microsoft.IdentityModel), good unless a test changes a claim; null takes it out.
/// RFC 7523 §3.
/// </summary>
internal sealed class Assertion(string clientId, DateTimeOffset now)
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly Dictionary<string, object?> _claims = new()
    {
        ["iss"] = clientId,
        ["sub"] = clientId,
        ["aud"] = Installation.Issuer + "/connect/token",
        ["jti"] = Guid.NewGuid().ToString(),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(2).ToUnixTimeSeconds(),
    };

    public Assertion With(string claim, object? value)
    {
        _claims[claim] = value;
        return this;
    }

    public string Sign(SecurityKey key, string algorithm) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(Payload(), new SigningCredentials(key, algorithm));

    /// <summary>With a header of the test's own making, and the signature that <paramref name="sign"/> makes of the rest.</summary>
    public string Forge(object header, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(Encoding.UTF8.GetBytes(Payload()))}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    private string Payload() => JsonSerializer.Serialize(_claims.Where(claim => claim.Value is not null).ToDictionary());

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}

/// <summary>Keys of clients, and their public halves as a configuration file holds them.</summary>
internal static class ClientKeys
{
    public static readonly ECDsaSecurityKey Elliptic = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "ec" };

    public static readonly RsaSecurityKey Rsa = new(RSA.Create(2048)) { KeyId = "rsa" };

    /// <summary>Registered nowhere.</summary>
    public static readonly ECDsaSecurityKey Foreign = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "ec" };

    /// <summary>A flow mapping of YAML.</summary>
    public static string Jwks
    {
        get
        {
            var ec = Elliptic.ECDsa.ExportParameters(false).Q;
            var rsa = Rsa.Rsa.ExportParameters(false);
            return $$"""
                { keys: [{ kid: ec, kty: EC, crv: P-256, x: "{{Base64Url.EncodeToString(ec.X)}}", y: "{{Base64Url.EncodeToString(ec.Y)}}" },
                         { kid: rsa, kty: RSA, n: "{{Base64Url.EncodeToString(rsa.Modulus)}}", e: "{{Base64Url.EncodeToString(rsa.Exponent)}}" }] }
                """;
        }
    }
}
