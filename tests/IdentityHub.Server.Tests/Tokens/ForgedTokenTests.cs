using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Tokens;

/// <summary>A good access token in the hands of somebody who would like it to say something else. RFC 8725 §2.</summary>
[Spec("ASSURANCE", "C1")]
[Spec("ASSURANCE", "C2")]
public class ForgedTokenTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.People +
        """
        clients:
          - { client_id: app, grant_types: [password], client_secrets: [{ value: "plain:app-secret" }], scope: openid, access_token_signed_response_alg: RS256 }
        """;

    // Holds nothing that needs to be closed before the process ends.
    private static readonly ECDsaSecurityKey Own = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static readonly Dictionary<string, Func<JsonObject, RSA, Func<byte[], byte[]>>> Forgeries = new()
    {
        ["alg none"] = (header, _) => Say(header, "alg", "none", _ => []),
        ["alg None with a signature"] = (header, _) => Say(header, "alg", "None", _ => [1, 2, 3]),
        ["HS256 with the public key as DER"] = (header, key) =>
            Say(header, "alg", "HS256", input => HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), input)),
        ["HS256 with the public key as PEM"] = (header, key) =>
            Say(header, "alg", "HS256", input => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), input)),
        ["ES256 with a key of its own"] = (header, _) => Say(header, "alg", "ES256", Sign),
        ["a kid that is a path"] = (header, _) =>
            Say(header, "kid", "../../../../dev/null", input => HMACSHA256.HashData(Array.Empty<byte>(), input)),
        ["a kid that is SQL"] = (header, _) => Say(header, "kid", "x' UNION SELECT 'key' --", Sign),
        ["no kid"] = (header, _) => Say(header, "kid", null, Sign),
        ["a key in the header"] = (header, _) => Say(header, "jwk", JsonWebKeyConverter.ConvertFromECDsaSecurityKey(Own).X, Sign),
        ["an address of a key"] = (header, _) => Say(header, "jku", "http://127.0.0.1:1/jwks", Sign),
        ["an address of a certificate"] = (header, _) => Say(header, "x5u", "http://127.0.0.1:1/cert", Sign),
        ["something that must be understood"] = (header, _) => Say(header, "crit", "exp", Sign),
        ["another type"] = (header, _) => Say(header, "typ", "JWT", Sign),
    };

    private static IEnumerable<string> Names => Forgeries.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task A_forged_token_is_refused(string name)
    {
        var parts = (await Client.LoginAsync("app"))["access_token"]!.Split('.');
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        var published = new JsonWebKeySet((await ResourceServer.PublishedKeysAsync(Hub)).Body).Keys.Single(key =>
            key.Kid == (string?)header["kid"]);
        using var key = RSA.Create(
            new RSAParameters { Modulus = Base64Url.DecodeFromChars(published.N), Exponent = Base64Url.DecodeFromChars(published.E) });
        var sign = Forgeries[name](header, key);
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{parts[1]}";

        var answer = await Client.GetAnswerAsync(
            "/connect/userinfo", $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}");

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((401, "invalid_token")), answer.ToString());
    }

    private static byte[] Sign(byte[] input) => Own.ECDsa.SignData(input, HashAlgorithmName.SHA256);

    private static Func<byte[], byte[]> Say(JsonObject header, string name, string? value, Func<byte[], byte[]> sign)
    {
        header[name] = value;
        return sign;
    }
}
