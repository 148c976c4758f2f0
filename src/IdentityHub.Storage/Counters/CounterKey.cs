using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.Counters;

/// <summary>Under which key something is counted: the same for every node, and for the command line, which shows and lifts limits.</summary>
public static class CounterKey
{
    /// <summary>SHA-256 of the name of a rule and what it counts by: no name or address stands in the table in clear.</summary>
    /// <param name="rule">A name of <see cref="LimitNames"/>, or of a rule that nobody else needs to know.</param>
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
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return bytes.Length == 4 ? plain.ToString() : Convert.ToHexString(bytes.AsSpan(0, 8));
    }
}
