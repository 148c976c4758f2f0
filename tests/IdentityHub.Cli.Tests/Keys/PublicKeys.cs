using System.Text;
using System.Text.Json;
using IdentityHub.Protocol.Jose;

namespace IdentityHub.Cli.Tests.Keys;

/// <summary>Public keys as files of other systems hold them.</summary>
internal static class PublicKeys
{
    /// <summary>A key that is in key sets of Keycloak too.</summary>
    public const string Encryption = """{"kty":"RSA","use":"enc","alg":"RSA-OAEP","kid":"enc-1","n":"AQAB","e":"AQAB"}""";

    public static string JsonOf(JwtSigner signer)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            signer.PublicKey.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
