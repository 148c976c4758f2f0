using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace IdentityHub.Interop.Support;

/// <summary>A key of a client: the configuration names its public half, the scripts sign with the private one.</summary>
/// <param name="PublicYaml">As one entry of <c>jwks.keys</c>.</param>
/// <param name="PrivateJwk">RFC 7517 §4.</param>
internal sealed record ClientKey(string PublicYaml, JsonElement PrivateJwk)
{
    /// <summary>A new key on P-256.</summary>
    public static ClientKey CreateEc(string kid)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = ec.ExportParameters(includePrivateParameters: true);
        return Create(kid, [("kty", "EC"), ("crv", "P-256"), ("x", Text(key.Q.X)), ("y", Text(key.Q.Y))], [("d", Text(key.D))]);
    }

    /// <summary>A new RSA key of 2048 bits.</summary>
    public static ClientKey CreateRsa(string kid)
    {
        using var rsa = RSA.Create(2048);
        var key = rsa.ExportParameters(includePrivateParameters: true);
        return Create(
            kid,
            [("kty", "RSA"), ("n", Text(key.Modulus)), ("e", Text(key.Exponent))],
            [
                ("d", Text(key.D)), ("p", Text(key.P)), ("q", Text(key.Q)), ("dp", Text(key.DP)), ("dq", Text(key.DQ)),
                ("qi", Text(key.InverseQ))
            ]);
    }

    private static ClientKey Create(string kid, (string Name, string Value)[] shown, (string Name, string Value)[] hidden)
    {
        (string Name, string Value)[] known = [("kid", kid), .. shown];
        return new ClientKey(
            $"{{ {string.Join(", ", known.Select(member => $"{member.Name}: \"{member.Value}\""))} }}",
            JsonSerializer.SerializeToElement(known.Concat(hidden).ToDictionary(member => member.Name, member => member.Value)));
    }

    private static string Text(byte[]? number) => Base64Url.EncodeToString(number);
}
