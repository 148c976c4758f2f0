using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol.Jose;

namespace IdentityHub.Cli.Keys;

/// <summary>A public key in PEM, RFC 7468: <c>PUBLIC KEY</c>, <c>RSA PUBLIC KEY</c> or <c>CERTIFICATE</c>.</summary>
internal static class PemPublicKey
{
    private const string Forms = "a JWK, a JWKS, or PEM with 'PUBLIC KEY', 'RSA PUBLIC KEY' or 'CERTIFICATE'";

    // Both alike: the identifier of the algorithm says which.
    private const string PublicKey = "PUBLIC KEY";
    private const string RsaPublicKey = "RSA PUBLIC KEY";
    private const string Certificate = "CERTIFICATE";

    /// <summary>The key as a JWK without a <c>kid</c>.</summary>
    /// <exception cref="CommandException">There is none, more than one, or a private one.</exception>
    public static JsonElement Read(string path, string text)
    {
        var sections = SectionsOf(text);
        if (sections.Exists(section => section.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)))
            throw PublicKeyFile.PrivateKey(path);
        if (sections is not [var (label, der)] || label is not (PublicKey or RsaPublicKey or Certificate))
            throw new CommandException($"The file '{path}' must hold one public key: {Forms}.");
        try
        {
            return label == Certificate ? ReadCertificate(path, der) : ReadKey(path, label, der);
        }
        catch (CryptographicException)
        {
            throw new CommandException($"The {label} in '{path}' cannot be read.");
        }
    }

    private static List<(string Label, byte[] Der)> SectionsOf(string text)
    {
        var sections = new List<(string, byte[])>();
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            var der = new byte[found.DecodedDataLength];
            Convert.TryFromBase64Chars(rest[found.Base64Data], der, out _);
            sections.Add((rest[found.Label].ToString(), der));
        }

        return sections;
    }

    private static JsonElement ReadCertificate(string path, byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return ReadKey(path, PublicKey, certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private static JsonElement ReadKey(string path, string label, byte[] der)
    {
        using var rsa = RSA.Create();
        if (TryImport(rsa, label, der))
            return JwkOf(rsa);
        using var elliptic = ECDsa.Create();
        elliptic.ImportSubjectPublicKeyInfo(der, out _);
        return JwkOf(path, elliptic);
    }

    private static bool TryImport(RSA rsa, string label, byte[] der)
    {
        try
        {
            if (label == RsaPublicKey)
                rsa.ImportRSAPublicKey(der, out _);
            else
                rsa.ImportSubjectPublicKeyInfo(der, out _);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static JsonElement JwkOf(RSA rsa)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return JsonElement.Parse(new JsonObject
        {
            ["kty"] = JsonWebKey.Rsa,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        }.ToJsonString());
    }

    // The curve decides about the algorithm. RFC 7518 §3.4.
    private static JsonElement JwkOf(string path, ECDsa elliptic)
    {
        var key = elliptic.ExportParameters(includePrivateParameters: false);
        var curve = key.Curve.Oid?.Value switch
        {
            "1.2.840.10045.3.1.7" => "P-256",
            "1.3.132.0.34" => "P-384",
            "1.3.132.0.35" => "P-521",
            _ => throw new CommandException($"The key in '{path}' is on none of the curves P-256, P-384 and P-521."),
        };
        return JsonElement.Parse(new JsonObject
        {
            ["kty"] = JsonWebKey.EllipticCurve,
            ["crv"] = curve,
            ["x"] = Base64Url.EncodeToString(key.Q.X),
            ["y"] = Base64Url.EncodeToString(key.Q.Y),
        }.ToJsonString());
    }
}
