using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using IdentityHub.Protocol;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>
/// Whether the certificate of a mail server is trusted: by this machine, or because it comes from an authority that the settings name.
/// </summary>
/// <param name="caFile">PEM file with certificates of authorities; empty for none. It is read for each connection, so it can be
/// renewed.</param>
internal sealed class SmtpTrust(string caFile)
{
    /// <summary>What was wrong with the last certificate that was refused, as the middle of a sentence.</summary>
    public string? LastFault { get; private set; }

    /// <summary>Judges a certificate; refuses a name that is not the server's whatever the settings say.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors
                && caFile.Length > 0
                && NamedAuthorities.Vouch(caFile, certificate, chain)))
            return true;
        LastFault = errors switch
        {
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "it has none",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "it is made for another host name",
            _ => string.Join(", ", (chain?.ChainStatus ?? []).Select(status => status.Status.ToString()).Distinct(StringComparer.Ordinal)),
        };
        return false;
    }
}
