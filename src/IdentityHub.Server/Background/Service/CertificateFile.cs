using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityHub.Server.Background.Service;

/// <summary>A certificate in a file, with its key in the same (PKCS #12) or in another one (PEM), as Kestrel reads it.</summary>
/// <param name="settings">The section with <c>Path</c>, <c>KeyPath</c> and <c>Password</c>.</param>
internal sealed class CertificateFile(IConfigurationSection settings)
{
    private byte[]? _seen;
    private volatile SslStreamCertificateContext? _current;

    public string Path => settings["Path"]!;

    /// <summary>What is shown; null before the first reading that was good.</summary>
    public SslStreamCertificateContext? Current => _current;

    /// <summary>Has a connection show this certificate. Without one it shows what the framework has read.</summary>
    public void Show(SslServerAuthenticationOptions tls)
    {
        if (_current is { } current)
            tls.ServerCertificateContext = current;
    }

    /// <summary>Reads the files, and shows what they hold from now on.</summary>
    /// <param name="onlyChanged">True: leaves files alone that are as they were at the last call, good or not.</param>
    /// <returns>False when there was nothing to do.</returns>
    /// <exception cref="InvalidDataException">The certificate is not valid now, or has no private key.</exception>
    /// <exception cref="CryptographicException">It cannot be read, or the key is that of another one.</exception>
    public bool TryRead(DateTimeOffset now, bool onlyChanged)
    {
        var seen = Look();
        if (onlyChanged && _seen is { } last && last.AsSpan().SequenceEqual(seen))
            return false;
        _seen = seen;
        var (certificate, chain) = Load();
        if (!certificate.HasPrivateKey)
            throw new InvalidDataException("It has no private key.");
        if (certificate.NotAfter.ToUniversalTime() <= now.UtcDateTime)
            throw new InvalidDataException($"It has expired at {certificate.NotAfter.ToUniversalTime():u}.");
        if (certificate.NotBefore.ToUniversalTime() > now.UtcDateTime)
            throw new InvalidDataException($"It is valid from {certificate.NotBefore.ToUniversalTime():u} on.");
        _current = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        return true;
    }

    private byte[] Look()
    {
        var path = settings["KeyPath"];
        return SHA256.HashData([.. File.ReadAllBytes(Path), .. string.IsNullOrEmpty(path) ? [] : File.ReadAllBytes(path)]);
    }

    private (X509Certificate2 Certificate, X509Certificate2Collection Chain) Load()
    {
        var (keyPath, password) = (settings["KeyPath"], settings["Password"]);
        var chain = new X509Certificate2Collection();
        if (string.IsNullOrEmpty(keyPath))
        {
            chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(Path, password);
            var own = chain.FirstOrDefault(certificate => certificate.HasPrivateKey)
                ?? throw new InvalidDataException("It has no private key.");
            chain.Remove(own);
            return (own, chain);
        }

        chain.ImportFromPemFile(Path);
        var leaf = string.IsNullOrEmpty(password)
            ? X509Certificate2.CreateFromPemFile(Path, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(Path, password, keyPath);

        // Windows takes no key that was never stored.
        return (OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null) : leaf, chain);
    }
}
