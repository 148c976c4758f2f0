using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Clients;

/// <summary><c>private_key_jwt</c>, with assertions that another implementation made.</summary>
[Spec("RFC 7523", "3")]
public class ClientAssertionTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private static readonly string Config = Parts.Apis +
        $$"""
        clients:
          - client_id: signer
            grant_types: [client_credentials]
            token_endpoint_auth_method: private_key_jwt
            scope: orders.read
            jwks: {{ClientKeys.Jwks.ReplaceLineEndings(" ")}}
          - { client_id: secretive, grant_types: [client_credentials], client_secrets: [{ value: "plain:secretive-secret" }] }
          - { client_id: asleep, enabled: false, grant_types: [client_credentials], token_endpoint_auth_method: private_key_jwt, jwks: {{ClientKeys.Jwks.ReplaceLineEndings(" ")}} }
        """;

    // Name → what is changed in an assertion that is good otherwise.
    private static readonly Dictionary<string, Func<Assertion, Assertion>> Faults = new()
    {
        ["another audience"] = good => good.With("aud", "https://other.example/token"),
        ["no audience"] = good => good.With("aud", null),
        ["several audiences"] = good => good.With("aud", new[] { Installation.Issuer, "https://other.example" }),
        ["the audience with a slash more"] = good => good.With("aud", Installation.Issuer + "/"),
        ["the audience in another case"] = good => good.With("aud", "https://HUB.test"),
        ["a page of the server as audience"] = good => good.With("aud", Installation.Issuer + "/login"),
        ["an empty list of audiences"] = good => good.With("aud", Array.Empty<string>()),
        ["no end"] = good => good.With("exp", null),
        ["an end that is text"] = good => good.With("exp", "tomorrow"),
        ["an end a minute ago"] = good => good.With("exp", At(-60)),
        ["an end in 61 minutes"] = good => good.With("exp", At(3660)),
        ["an end in ten years"] = good => good.With("exp", At(315_360_000)),
        ["made in a minute"] = good => good.With("iat", At(60)),
        ["not before a minute from now"] = good => good.With("nbf", At(60)),
        ["no jti"] = good => good.With("jti", null),
        ["an empty jti"] = good => good.With("jti", ""),
        ["a jti of 300 characters"] = good => good.With("jti", new string('x', 300)),
        ["a jti that is a number"] = good => good.With("jti", 1),
        ["an issuer that is not the subject"] = good => good.With("iss", "secretive"),
        ["a subject that is not the issuer"] = good => good.With("sub", "secretive"),
        ["no issuer"] = good => good.With("iss", null),
        ["an unknown client"] = good => good.With("iss", "nobody").With("sub", "nobody"),
        ["a client with a secret"] = good => good.With("iss", "secretive").With("sub", "secretive"),
        ["a disabled client"] = good => good.With("iss", "asleep").With("sub", "asleep"),
    };

    private static readonly Dictionary<string, Func<Assertion, Assertion>> Tolerated = new()
    {
        ["the issuer as audience"] = good => good.With("aud", Installation.Issuer),
        ["an audience in a list of one"] = good => good.With("aud", new[] { Installation.Issuer }),
        ["an end 10 seconds ago"] = good => good.With("exp", At(-10)),
        ["an end in an hour"] = good => good.With("exp", At(3600)),
        ["its issuer and its endpoints as audiences"] = good =>
            good.With(
                "aud", new[] { Installation.Issuer, $"{Installation.Issuer}/connect/token", $"{Installation.Issuer}/connect/introspect" }),
        ["another endpoint at which clients authenticate"] = good => good.With("aud", $"{Installation.Issuer}/connect/revocation"),
        ["made in 10 seconds"] = good => good.With("iat", At(10)),
        ["made in the year 1"] = good => good.With("iat", DateTimeOffset.MinValue.ToUnixTimeSeconds()),
        ["not before 10 seconds from now"] = good => good.With("nbf", At(10)),
        ["a claim that nobody knows"] = good => good.With("hello", new { world = true }),
    };

    private static readonly Dictionary<string, Func<Assertion, string>> Forgeries = new()
    {
        ["signed by a key that is not registered"] = good => good.Sign(ClientKeys.Foreign, "ES256"),
        ["not signed"] = good => good.Forge(new { alg = "none" }, _ => []),
        ["not signed, in another case"] = good => good.Forge(new { alg = "nOnE", kid = "rsa" }, _ => [1]),
        ["HMAC with the public RSA key"] = good =>
            good.Forge(new { alg = "HS256", kid = "rsa" }, input =>
                HMACSHA256.HashData(ClientKeys.Rsa.Rsa.ExportSubjectPublicKeyInfo(), input)),
        ["HMAC with the public RSA key as PEM"] = good =>
            good.Forge(new { alg = "HS256", kid = "rsa" }, input =>
                HMACSHA256.HashData(Encoding.ASCII.GetBytes(ClientKeys.Rsa.Rsa.ExportSubjectPublicKeyInfoPem()), input)),
        ["RS512, which is not accepted"] = good => good.Sign(ClientKeys.Rsa, "RS512"),
        ["with its own key in the header"] = good => good.Forge(
            new { alg = "ES256", jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(ClientKeys.Foreign).X },
            input => ClientKeys.Foreign.ECDsa.SignData(input, HashAlgorithmName.SHA256)),
        ["under the other key's id"] = good =>
            good.Forge(new { alg = "ES256", kid = "rsa" }, input => ClientKeys.Elliptic.ECDsa.SignData(input, HashAlgorithmName.SHA256)),
        ["with a kid that is a path"] = good =>
            good.Forge(new { alg = "HS256", kid = "../../dev/null" }, input => HMACSHA256.HashData(Array.Empty<byte>(), input)),
    };

    private static IEnumerable<string> FaultNames => Faults.Keys;

    private static IEnumerable<string> ToleratedNames => Tolerated.Keys;

    private static IEnumerable<string> ForgeryNames => Forgeries.Keys;

    private static Assertion Good => new("signer", FakeTime.Start);

    [TestCase("ES256")]
    [TestCase("RS256")]
    [TestCase("PS256")]
    public async Task An_assertion_of_each_algorithm_proves_the_client(string algorithm)
    {
        var answer = await PresentAsync(Good.Sign(algorithm == "ES256" ? ClientKeys.Elliptic : ClientKeys.Rsa, algorithm));
        var named = await PresentAsync(Good.Sign(algorithm == "ES256" ? ClientKeys.Elliptic : ClientKeys.Rsa, algorithm), "signer");

        Assert.That((answer.Status, named.Status), Is.EqualTo((200, 200)), answer.ToString());
    }

    [TestCaseSource(nameof(FaultNames))]
    public async Task An_assertion_with_this_fault_is_refused(string fault) => AssertRefused(await PresentAsync(Sign(Faults[fault](Good))));

    [TestCaseSource(nameof(ToleratedNames))]
    [Spec("ASSURANCE", "C5")]
    public async Task An_assertion_like_this_is_accepted(string name)
    {
        var answer = await PresentAsync(Sign(Tolerated[name](Good)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [TestCaseSource(nameof(ForgeryNames))]
    [Spec("ASSURANCE", "C1")]
    [Spec("ASSURANCE", "C2")]
    public async Task A_forgery_is_refused(string name) => AssertRefused(await PresentAsync(Forgeries[name](Good)));

    [TestCase("")]
    [TestCase("x")]
    [TestCase("a.b.c")]
    [TestCase("e30.e30.e30")]
    [TestCase("e30.e30.e30.e30.e30")]
    public async Task What_is_no_JWT_is_refused(string assertion) => AssertRefused(await PresentAsync(assertion, "signer"));

    [Test, Spec("ASSURANCE", "R7")]
    public async Task R7_A_jti_is_good_once_and_a_forged_copy_does_not_burn_it()
    {
        var jti = Guid.NewGuid().ToString();
        var original = Sign(Good.With("jti", jti));

        AssertRefused(await PresentAsync(Good.With("jti", jti).Sign(ClientKeys.Foreign, "ES256")));
        AssertRefused(await PresentAsync(Sign(Good.With("jti", jti).With("aud", "https://other.example"))));
        Assert.That((await PresentAsync(original)).Status, Is.EqualTo(200));
        AssertRefused(await PresentAsync(original));
        AssertRefused(await PresentAsync(Sign(Good.With("jti", jti).With("exp", At(300)))));
    }

    [Test]
    public async Task The_client_id_of_the_body_is_the_one_of_the_assertion() => AssertRefused(await PresentAsync(Sign(Good), "secretive"));

    [Test]
    public async Task Another_type_of_assertion_is_not_known()
    {
        var answer = await Client.TokenAsync(
            ("grant_type", "client_credentials"), ("client_assertion", Sign(Good)),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"));

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")));
    }

    [Test]
    public async Task A_client_that_signs_has_no_secret_to_present() => AssertRefused(await Client.MachineAsync("signer"));

    [Test]
    public async Task An_assertion_opens_introspection_and_revocation_as_well()
    {
        var token = (await PresentAsync(Sign(Good)))["access_token"]!;

        var introspected = await Client.PostFormAsync(
            "/connect/introspect", ("token", token), ("client_assertion_type", Assertion.Type), ("client_assertion", Sign(Good)));
        var revoked = await Client.PostFormAsync(
            "/connect/revocation", ("token", token), ("client_assertion_type", Assertion.Type), ("client_assertion", Sign(Good)));

        Assert.That((introspected["active"], revoked.Status), Is.EqualTo(("true", 200)));
    }

    private static void AssertRefused(Answer answer) =>
        Assert.That(
            (answer.Status, answer["error"], answer["error_reason"]), Is.EqualTo((401, "invalid_client", (string?)null)),
            answer.ToString());

    private static long At(int seconds) => FakeTime.Start.AddSeconds(seconds).ToUnixTimeSeconds();

    private static string Sign(Assertion assertion) => assertion.Sign(ClientKeys.Elliptic, "ES256");

    private Task<Answer> PresentAsync(string assertion, string? clientId = null) => Client.TokenAsync([
        ("grant_type", "client_credentials"), ("client_assertion_type", Assertion.Type), ("client_assertion", assertion),
        .. clientId is null ? Array.Empty<(string, string)>() : [("client_id", clientId)]]);
}
