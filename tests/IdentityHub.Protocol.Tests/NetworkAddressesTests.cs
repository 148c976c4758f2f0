using System.Net;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

[Property("Spec", "ASSURANCE I6")]
[Property("Spec", "RFC 6890 2.2")]
public class NetworkAddressesTests
{
    [TestCase("1.1.1.1")]
    [TestCase("8.8.8.8")]
    [TestCase("9.255.255.255")]
    [TestCase("11.0.0.0")]
    [TestCase("93.184.216.34")]
    [TestCase("100.63.255.255")]
    [TestCase("100.128.0.0")]
    [TestCase("126.255.255.255")]
    [TestCase("128.0.0.0")]
    [TestCase("169.253.255.255")]
    [TestCase("169.255.0.0")]
    [TestCase("172.15.255.255")]
    [TestCase("172.32.0.0")]
    [TestCase("192.0.1.0")]
    [TestCase("192.167.255.255")]
    [TestCase("192.169.0.0")]
    [TestCase("198.17.255.255")]
    [TestCase("198.20.0.0")]
    [TestCase("223.255.255.255")]
    [TestCase("2606:4700:4700::1111")]
    [TestCase("2001:4860:4860::8888")]
    [TestCase("2003::1")]
    [TestCase("3ffe::1")]
    [TestCase("::ffff:8.8.8.8", Description = "mapped")]
    [TestCase("64:ff9b::8.8.8.8", Description = "NAT64")]
    [TestCase("2002:808:808::1", Description = "6to4")]
    public void I6_An_address_of_the_Internet_is_public(string address) => Assert.That(ScopeOf(address), Is.EqualTo(AddressScope.Public));

    [TestCase("127.0.0.1")]
    [TestCase("127.255.255.254")]
    [TestCase("10.0.0.0")]
    [TestCase("10.255.255.255")]
    [TestCase("172.16.0.0")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.0.0")]
    [TestCase("192.168.255.255")]
    [TestCase("100.64.0.0", Description = "carrier-grade NAT")]
    [TestCase("100.127.255.255")]
    [TestCase("::1")]
    [TestCase("::1%1", Description = "with a zone")]
    [TestCase("fc00::1")]
    [TestCase("fd12:3456:789a::1")]
    [TestCase("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("::ffff:192.168.1.1")]
    [TestCase("64:ff9b::127.0.0.1")]
    [TestCase("64:ff9b::10.1.2.3")]
    [TestCase("2002:7f00:1::1")]
    [TestCase("2002:a00:1::1")]
    [TestCase("2002:c0a8:101::")]
    public void I6_This_machine_and_the_networks_around_it_are_private(string address) =>
        Assert.That(ScopeOf(address), Is.EqualTo(AddressScope.Private));

    [TestCase("0.0.0.0")]
    [TestCase("0.255.255.255")]
    [TestCase("169.254.0.1")]
    [TestCase("169.254.169.254", Description = "metadata")]
    [TestCase("169.254.170.2", Description = "metadata of containers")]
    [TestCase("100.100.100.200", Description = "metadata")]
    [TestCase("168.63.129.16", Description = "metadata")]
    [TestCase("192.0.0.192", Description = "metadata")]
    [TestCase("fd00:ec2::254", Description = "metadata")]
    [TestCase("fd00:ec2::254%2", Description = "metadata, with a zone")]
    [TestCase("fd20:ce::254", Description = "metadata")]
    [TestCase("192.0.0.1")]
    [TestCase("192.0.2.1")]
    [TestCase("192.88.99.1")]
    [TestCase("198.18.0.1")]
    [TestCase("198.19.255.255")]
    [TestCase("198.51.100.1")]
    [TestCase("203.0.113.1")]
    [TestCase("224.0.0.1")]
    [TestCase("239.255.255.255")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::127.0.0.1", Description = "IPv4-compatible")]
    [TestCase("::2")]
    [TestCase("::ffff:0:127.0.0.1", Description = "translated")]
    [TestCase("::ffff:169.254.169.254")]
    [TestCase("::ffff:0.0.0.0")]
    [TestCase("64:ff9b::169.254.169.254")]
    [TestCase("64:ff9b:1::7f00:1", Description = "local NAT64")]
    [TestCase("100::1", Description = "discard")]
    [TestCase("2001::1", Description = "Teredo")]
    [TestCase("2001:1ff:ffff::1")]
    [TestCase("2001:db8::1")]
    [TestCase("2002:a9fe:a9fe::1")]
    [TestCase("2002:e000:1::1")]
    [TestCase("3fff::1")]
    [TestCase("4000::1")]
    [TestCase("5f00::1")]
    [TestCase("fe80::1")]
    [TestCase("fe80::a9fe:a9fe")]
    [TestCase("febf::1")]
    [TestCase("fec0::1")]
    [TestCase("ff02::1")]
    [TestCase("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void I6_Metadata_services_and_what_is_no_unicast_address_are_forbidden_everywhere(string address) =>
        Assert.That(ScopeOf(address), Is.EqualTo(AddressScope.Forbidden));

    [Test]
    public void I6_What_stands_in_an_address_is_judged_like_the_address_itself() =>
        Always.Holds<uint>(
            number =>
            {
                var inner = new IPAddress(BitConverter.GetBytes(number));
                var bytes = inner.GetAddressBytes();
                byte[] nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. bytes];
                byte[] sixToFour = [0x20, 0x02, .. bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
                var scope = NetworkAddresses.ScopeOf(inner);
                return new[] { inner.MapToIPv6(), new IPAddress(nat64), new IPAddress(sixToFour) }.All(outer =>
                    NetworkAddresses.ScopeOf(outer) == scope);
            },
            cases: 10_000);

    private static AddressScope ScopeOf(string address) => NetworkAddresses.ScopeOf(IPAddress.Parse(address));

    [TestCase("203.0.113.7", "203.0.113.7/32")]
    [TestCase("::ffff:203.0.113.7", "203.0.113.7/32")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [TestCase("fe80::1%2", "fe80::/64")]
    public void A_customer_has_one_IPv4_address_or_a_64_of_IPv6(string address, string network) =>
        Assert.That(NetworkAddresses.CustomerOf(IPAddress.Parse(address)).ToString(), Is.EqualTo(network));
}
