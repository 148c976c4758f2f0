using Fido2NetLib;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>For which site passkeys are made: the host of the issuer. WebAuthn Level 3 §5.1.2.</summary>
internal sealed class PasskeyRelyingParty(IOptions<HubSettings> settings)
{
    private readonly Uri _issuer = new(settings.Value.Issuer);

    /// <summary>False where the issuer is an IP address: no browser makes passkeys for one.</summary>
    public bool HasPasskeys => _issuer.HostNameType == UriHostNameType.Dns;

    /// <summary>The RP ID: the host of the issuer, without port and path.</summary>
    public string Id => _issuer.IdnHost;

    /// <summary>The only origin whose pages may use the passkeys, as browsers write it.</summary>
    public string Origin => _issuer.IsDefaultPort
        ? $"{_issuer.Scheme}://{_issuer.IdnHost}"
        : $"{_issuer.Scheme}://{_issuer.IdnHost}:{_issuer.Port}";

    /// <summary>The models of authenticators that are admitted; empty: all, and none has to prove what it is.</summary>
    public IReadOnlyList<Guid> Aaguids { get; } = [.. settings.Value.Passkeys.Models().OfType<Guid>()];

    /// <summary>The same for the library.</summary>
    public Fido2Configuration ForLibrary() =>
        new() { RPID = Id, RPName = Id, Origins = new HashSet<string>(StringComparer.Ordinal) { Origin } };
}
