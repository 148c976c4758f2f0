using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Import;

/// <summary>Public keys of clients, as other systems store them.</summary>
internal static class PublicKeys
{
    /// <summary>What to do about a private key.</summary>
    public const string PrivateAdvice =
        "It holds the private key too. Only the public key was taken; make a new pair of keys for the client.";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A JSON Web Key; null where it is none, or none that signatures can be checked with.</summary>
    /// <param name="isPrivate">True where the private part is there; it is not taken.</param>
    public static JwkDefinition? OfJwk(string? json, out bool isPrivate)
    {
        isPrivate = false;
        try
        {
            using var document = JsonDocument.Parse(json ?? "");
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            isPrivate = document.RootElement.TryGetProperty("d", out _);
            return document.RootElement.Deserialize<JwkDefinition>(Json) is { } key && key.ToKey(out _) is not null ? key : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The key of a certificate in base64, named by its thumbprint, as .NET clients name it; null where there is none.</summary>
    public static JwkDefinition? OfCertificate(string? base64)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(base64 ?? ""));
            using var rsa = certificate.GetRSAPublicKey();
            if (rsa?.ExportParameters(includePrivateParameters: false) is { } parameters)
                return new JwkDefinition
                {
                    Kty = "RSA",
                    Kid = certificate.Thumbprint,
                    N = Base64Url.EncodeToString(parameters.Modulus),
                    E = Base64Url.EncodeToString(parameters.Exponent),
                };
            using var ec = certificate.GetECDsaPublicKey();
            return ec?.ExportParameters(includePrivateParameters: false) is { } point
                && point.Curve.Oid?.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? new JwkDefinition
                {
                    Kty = "EC",
                    Crv = "P-256",
                    Kid = certificate.Thumbprint,
                    X = Base64Url.EncodeToString(point.Q.X),
                    Y = Base64Url.EncodeToString(point.Q.Y),
                }
                : null;
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Of several keys those that have a name, each name once.</summary>
    public static IReadOnlyList<JwkDefinition> WithNames(SourceObject holder, string path, IReadOnlyList<JwkDefinition> keys)
    {
        if (keys.Count < 2)
            return keys;
        if (keys.Any(key => key.Kid is null))
            holder.Report(path, null, "Of several keys each needs a kid: those without one were left out.");
        return [.. keys.Where(key => key.Kid is not null).DistinctBy(key => key.Kid, StringComparer.Ordinal)];
    }
}
