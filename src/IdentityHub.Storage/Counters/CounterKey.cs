using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;

namespace IdentityHub.Storage.Counters;

/// <summary>
/// Under which key something is counted: the same for every node, and for the command line, which shows and lifts limits.
/// </summary>
public static class CounterKey
{
    /// <summary>SHA-256 of the name of a rule and what it counts by: no name or address is in the table in clear.</summary>
    /// <param name="rule">A name of <see cref="LimitNames"/>, or of a rule that is used in one place only.</param>
    public static byte[] Of(string rule, params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder(rule);
        foreach (var part in parts)
            text.Append('\n').Append(part.Length).Append(':').Append(part);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>What counts as one address: of IPv6 a /64, because one customer has all of it.</summary>
    public static string AddressOf(IPAddress address)
    {
        var network = NetworkAddresses.CustomerOf(address).BaseAddress;
        return network.AddressFamily == AddressFamily.InterNetwork
            ? network.ToString()
            : Convert.ToHexString(network.GetAddressBytes().AsSpan(0, 8));
    }
}
