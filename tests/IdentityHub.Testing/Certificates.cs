using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityHub.Testing;

/// <summary>Certificates of servers of the tests.</summary>
public static class Certificates
{
    /// <summary>A certificate that signs itself, with its private key: valid today, trusted by no program that is not told to.</summary>
    /// <param name="name">DNS name of the server; that of <c>localhost</c> also has the IP address of the loopback interface.</param>
    /// <param name="hasExpired">True: it was valid until an hour ago.</param>
    public static X509Certificate2 CreateSelfSigned(string name = "localhost", bool hasExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), hasExpired ? now.AddHours(-1) : now.AddDays(1));

        // Read again: TLS servers do not take a key that was never stored.
        return X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
