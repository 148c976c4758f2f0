using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Jwks;

[Spec("RFC 7517", "5")]
public class JwksTests(DatabaseKind kind) : HubFixture(kind, Parts.Apis)
{
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    [Test]
    public async Task Only_public_halves_are_published_each_under_a_name_of_its_own()
    {
        var keys = (await ResourceServer.PublishedKeysAsync(Hub)).Json.GetProperty("keys").EnumerateArray().ToList();

        Assert.Multiple(() =>
        {
            Assert.That(keys.Select(key => key.GetProperty("alg").GetString()), Is.EquivalentTo(["ES256", "RS256"]));
            Assert.That(keys.Select(key => key.GetProperty("kid").GetString()), Is.Unique);
            Assert.That(keys.Select(key => key.GetProperty("use").GetString()), Is.All.EqualTo("sig"));
            Assert.That(keys.Select(key => key.GetProperty("kty").GetString()), Has.None.EqualTo("oct"));
            foreach (var member in PrivateMembers)
                Assert.That(keys.Any(key => key.TryGetProperty(member, out _)), Is.False, member);
        });
    }

    [Test, Spec("ASSURANCE", "C9")]
    public async Task Private_keys_are_wrapped_in_the_database()
    {
        await using var context = Hub.NewContext();

        // PKCS #8 is a SEQUENCE: unwrapped it would begin with 0x30 and an ASN.1 length.
        foreach (var key in context.SigningKeys.ToList())
            Assert.That(key.WrappedPrivateKey[0], Is.EqualTo(1), "the version of the wrapped form");
    }
}
