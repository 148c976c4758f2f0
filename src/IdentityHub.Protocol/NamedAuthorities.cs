using System.Security.Cryptography.X509Certificates;

namespace IdentityHub.Protocol;

/// <summary>Authorities that the settings name in addition to those of the machine, e.g. for the mail server of a company.</summary>
public static class NamedAuthorities
{
    /// <summary>True when one of the authorities stands for the certificate. The name in it is for the caller to compare.</summary>
    /// <param name="caFile">PEM file with certificates of authorities. It is read for each call, so it can be renewed.</param>
    /// <param name="certificate">What the server presented; null for nothing.</param>
    /// <param name="presented">The chain that came with it; null for none.</param>
    public static bool Vouch(string caFile, X509Certificate? certificate, X509Chain? presented)
    {
        if (certificate is not X509Certificate2 leaf)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(caFile);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        return chain.Build(leaf);
    }
}
