using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants.AuthorizationCode;

[Spec("RFC 9101", "4")]
public class RequestObjectTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string RedirectUri = "https://signed.test/cb";

    private static string Config =>
        CodeFlow.Config
        + $"  - {{ client_id: signed, token_endpoint_auth_method: private_key_jwt, grant_types: [authorization_code], redirect_uris: "
        + $"[\"{RedirectUri}\"], scope: openid profile,\n"
        + $"      jwks: {ClientKeys.Jwks} }}\n";

    // What is wrong with the object → how it is changed.
    private static readonly Dictionary<string, Func<Assertion, Assertion>> Faults = new()
    {
        ["another issuer"] = o => o.With("iss", "web"),
        ["another client"] = o => o.With("client_id", "web"),
        ["another audience"] = o => o.With("aud", "https://elsewhere.test"),
        ["no audience"] = o => o.With("aud", null),
        ["expired"] = o => o.With("exp", FakeTime.Start.AddMinutes(-5).ToUnixTimeSeconds()),
        ["an end that is no number"] = o => o.With("exp", "tomorrow"),
        ["not yet valid"] = o => o.With("nbf", FakeTime.Start.AddMinutes(5).ToUnixTimeSeconds()),
        ["a client assertion"] = o => o.With("sub", "signed"),
        ["an object in an object"] = o => o.With("request", "e30.e30."),
        ["a reference in an object"] = o => o.With("request_uri", "urn:ietf:params:oauth:request_uri:x"),
        ["a control character"] = o => o.With("state", "a\nb"),
    };

    private static IEnumerable<string> FaultNames => Faults.Keys;

    [TestCase("ES256")]
    [TestCase("PS256")]
    [TestCase("RS256")]
    public async Task What_stands_in_the_object_is_the_request(string algorithm)
    {
        var browser = new Browser(Client);
        var page = await browser.LogInAsync(
            await browser.GetAsync(Address(Sign(Good(), algorithm), ("state", "outside"), ("scope", "openid profile"))));

        Assert.That(page.Location, Does.StartWith(RedirectUri + "?code="));
        Assert.That(page.Sent("state"), Is.EqualTo("inside"));
        Assert.That(await ScopeOfAsync(page.Sent("code")), Is.EqualTo("openid"), "what stands beside the object counts for nothing");
    }

    [Test]
    public async Task Numbers_and_objects_in_it_are_what_they_say()
    {
        var browser = new Browser(Client);
        var page = await browser.LogInAsync(
            await browser.GetAsync(
                Address(Sign(Good().With("max_age", 300).With("claims", new { id_token = new { acr = (object?)null } })))));

        Assert.That(page.Sent("code"), Is.Not.Null);
    }

    [TestCaseSource(nameof(FaultNames))]
    public async Task An_object_like_this_is_refused(string name)
    {
        var page = await new Browser(Client).GetOnceAsync(Address(Sign(Faults[name](Good())), ("redirect_uri", RedirectUri)));

        Assert.That(page.Location, Does.StartWith(RedirectUri + "?error=invalid_request_object"));
    }

    [Test, Spec("ASSURANCE", "C1"), Spec("ASSURANCE", "C2")]
    public async Task C1_C2_An_object_that_no_registered_key_has_signed_is_refused_whatever_its_header_says()
    {
        var good = Good();
        object[] headers =
        [
            new { alg = "none" }, new { alg = "None" }, new { alg = "nOnE", typ = "oauth-authz-req+jwt" },
            new { alg = "HS256", kid = "ec" }, new { alg = "ES256", kid = "../../../dev/null" },
            new { alg = "ES256", kid = "' OR 1=1 --" },
            new { alg = "ES256", jku = "https://evil.test/jwks" },
            new { alg = "ES256", x5u = "https://evil.test/x5u" },
        ];
        var forged = headers
            .Select(header => good.Forge(header, _ => []))
            .Concat(
                headers.Select(header =>
                    good.Forge(header, input =>
                        ClientKeys.Foreign.ECDsa.SignData(input, System.Security.Cryptography.HashAlgorithmName.SHA256))))
            .Append(good.Sign(ClientKeys.Foreign, SecurityAlgorithms.EcdsaSha256))
            .Append(Sign(good)[..^4] + "AAAA");

        foreach (var requestObject in forged)
            Assert.That(
                (await new Browser(Client).GetOnceAsync(Address(requestObject, ("redirect_uri", RedirectUri)))).Sent("error"),
                Is.EqualTo("invalid_request_object"), requestObject);
    }

    [Test, Spec("RFC 9101", "6.3")]
    public async Task A_redirect_URI_of_the_object_that_is_not_registered_is_a_page()
    {
        var page = await new Browser(Client).GetOnceAsync(
            Address(Sign(Good().With("redirect_uri", "https://evil.test/cb")), ("redirect_uri", RedirectUri))
        );

        Assert.That((page.Status, page.Location), Is.EqualTo((400, (string?)null)));
    }

    [Test, Spec("RFC 9126", "3")]
    public async Task An_object_may_be_pushed()
    {
        var now = Hub.Time.GetUtcNow();
        var pushed = await Client.PostFormAsync(
            "/connect/par", ("client_id", "signed"), ("request", Sign(Good())), ("client_assertion_type", Assertion.Type),
            ("client_assertion", new Assertion("signed", now).Sign(ClientKeys.Elliptic, "ES256")));
        var browser = new Browser(Client);
        var page = await browser.LogInAsync(
            await browser.GetAsync(CodeFlow.AddressOf([("client_id", "signed"), ("request_uri", pushed["request_uri"]!)])));

        Assert.That(pushed.Status, Is.EqualTo(201), pushed.Body);
        Assert.That(page.Sent("state"), Is.EqualTo("inside"));
    }

    private static Assertion Good() => new Assertion("signed", FakeTime.Start)
        .With("sub", null)
        .With("jti", null)
        .With("aud", Installation.Issuer)
        .With("client_id", "signed")
        .With("response_type", "code")
        .With("redirect_uri", RedirectUri)
        .With("scope", "openid").With("state", "inside").With("code_challenge", CodeFlow.Challenge).With("code_challenge_method", "S256");

    private static string Sign(Assertion requestObject, string algorithm = "ES256") =>
        requestObject.Sign(algorithm == "ES256" ? ClientKeys.Elliptic : ClientKeys.Rsa, algorithm);

    private static string Address(string requestObject, params (string Name, string Value)[] more) =>
        CodeFlow.AddressOf([("client_id", "signed"), ("request", requestObject), .. more]);

    private async Task<string?> ScopeOfAsync(string? code)
    {
        var assertion = new Assertion("signed", Hub.Time.GetUtcNow()).Sign(ClientKeys.Elliptic, "ES256");
        var tokens = await Client.RedeemAsync(
            "signed", code, ("client_secret", null), ("redirect_uri", RedirectUri), ("client_assertion_type", Assertion.Type),
            ("client_assertion", assertion));
        return tokens["scope"];
    }
}
