using System.Globalization;
using System.Net;

namespace IdentityHub.Server.Settings;

/// <summary>A network whose limits per address are others.</summary>
/// <param name="Factor">What they are multiplied by; null: they are lifted.</param>
internal sealed record TrustedNetwork(IPNetwork Network, int? Factor)
{
    private const int MostFactor = 10_000;

    /// <summary>The networks of <c>IdentityHub:Limits:TrustedNetworks</c>, which was validated before.</summary>
    public static IEnumerable<TrustedNetwork> Read(string setting) => Parts(setting).Select(part => TryRead(part)!);

    /// <summary>Entries that cannot be read.</summary>
    public static IEnumerable<string> Faults(string setting) => Parts(setting).Where(part => TryRead(part) is null);

    private static string[] Parts(string setting) =>
        setting.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static TrustedNetwork? TryRead(string part)
    {
        var (name, text) = part.IndexOf('=') is var at and >= 0 ? (part[..at].Trim(), part[(at + 1)..].Trim()) : (part, null);
        int? factor = null;
        if (text is not null)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MostFactor)
                return null;
            factor = number;
        }

        if (IPAddress.TryParse(name, out var address))
            return new TrustedNetwork(new IPNetwork(address, address.GetAddressBytes().Length * 8), factor);
        return IPNetwork.TryParse(name, out var network) ? new TrustedNetwork(network, factor) : null;
    }
}
