using System.Text;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests.Jose;

[Property("Spec", "RFC 7518 3.2")]
public class SharedSecretTests
{
    // RFC 7515 appendix A.1.
    private const string Example =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-"
            + "mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static readonly byte[] Secret = Convert.FromBase64String(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==");

    [Test]
    public void The_example_of_RFC_7515_is_signed_with_its_secret_and_with_no_other()
    {
        var jwt = Given.Token(Example);

        Assert.That(jwt.IsSignedWith(Secret), Is.True);
        Assert.That(jwt.IsSignedWith(Secret.AsSpan(0, Secret.Length - 1)), Is.False);
        Assert.That(jwt.IsSignedWith([]), Is.False);
    }

    [TestCase("none")]
    [TestCase("hs256")]
    [TestCase("HS512")]
    [TestCase("RS256")]
    [TestCase("ES256")]
    public void Another_algorithm_is_refused_though_the_signature_is_right(string algorithm)
    {
        var input = $"{Given.Encode($$"""{"alg":"{{algorithm}}"}""")}.{Given.Encode("{}")}";
        var signature = System.Buffers.Text.Base64Url.EncodeToString(
            System.Security.Cryptography.HMACSHA256.HashData(Secret, Encoding.ASCII.GetBytes(input)));

        Assert.That(Given.Token($"{input}.{signature}").IsSignedWith(Secret), Is.False);
    }
}
