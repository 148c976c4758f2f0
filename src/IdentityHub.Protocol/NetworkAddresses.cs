using System.Net;
using System.Net.Sockets;

namespace IdentityHub.Protocol;

/// <summary>What kind of host can be at an address.</summary>
public enum AddressScope
{
    /// <summary>Any host on the Internet.</summary>
    Public,

    /// <summary>This machine, or one of the networks around it: loopback, private, unique-local, shared (carrier-grade NAT).</summary>
    Private,

    /// <summary>
    /// Addresses that a server has no reason to call: link-local (including the metadata services of clouds), multicast, reserved,
    /// unassigned.
    /// </summary>
    Forbidden,
}

/// <summary>
/// Tells addresses of the Internet from all others, by the IANA special-purpose registries (RFC 6890). An IPv6 address that carries an IPv4
/// one is judged by that. What is not known to be public is not.
/// </summary>
public static class NetworkAddresses
{
    // The metadata services outside the link-local range. They give instance credentials to any caller.
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("fd20:ce::254")
    ];

    private static readonly IPNetwork[] PrivateNetworks = Networks(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "::1/128", "fc00::/7");

    private static readonly IPNetwork[] ForbiddenNetworks = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/3",
        "2001::/23", "2001:db8::/32", "3fff::/20");

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>What kind of host can be at <paramref name="address"/>.</summary>
    public static AddressScope ScopeOf(IPAddress address)
    {
        // Without the zone of RFC 4007 §11: an address is the same in each.
        var bytes = address.GetAddressBytes();
        address = new IPAddress(bytes);
        if (Embedded(address, bytes) is { } inner)
            return ScopeOf(inner);
        if (Metadata.Contains(address) || Array.Exists(ForbiddenNetworks, network => network.Contains(address)))
            return AddressScope.Forbidden;
        if (Array.Exists(PrivateNetworks, network => network.Contains(address)))
            return AddressScope.Private;
        return address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address)
            ? AddressScope.Public
            : AddressScope.Forbidden;
    }

    /// <summary>
    /// The network of one customer: of IPv6 the /64 (RFC 6177), of IPv4 the address itself. An IPv4 address that is mapped into IPv6 is
    /// that IPv4 address.
    /// </summary>
    public static IPNetwork CustomerOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return new IPNetwork(address, 32);
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPNetwork(new IPAddress(bytes), 64);
    }

    // The IPv4 address that packets end up at: RFC 4291 §2.5.5.2, RFC 3056 §2, RFC 6052 §2.1.
    private static IPAddress? Embedded(IPAddress address, byte[] bytes)
    {
        if (address.IsIPv4MappedToIPv6 || Nat64.Contains(address))
            return new IPAddress(bytes.AsSpan(12, 4));
        return SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4)) : null;
    }

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];
}
