using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

public class TokenHashTests
{
    [Test, Property("Spec", "FIPS 180-4")]
    public void The_hash_of_abc_is_the_published_one() =>
        Assert.That(
            Convert.ToHexStringLower(TokenHash.Of("abc")),
            Is.EqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));

    [Test]
    public void It_is_SHA_256_of_the_UTF_8_bytes() =>
        Always.Holds<string?>(text => TokenHash.Of(text).SequenceEqual(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? ""))));

    [TestCase(341)]
    [TestCase(342)]
    [TestCase(5_000)]
    public void Long_values_hash_the_same_way(int length)
    {
        var text = new string('€', length);

        Assert.That(TokenHash.Of(text), Is.EqualTo(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    [Test]
    public void Writing_fills_exactly_32_bytes()
    {
        var destination = new byte[TokenHash.Length + 1];
        TokenHash.Write("abc", destination.AsSpan(0, TokenHash.Length));

        Assert.That(destination, Is.EqualTo([.. TokenHash.Of("abc"), (byte)0]));
    }
}
