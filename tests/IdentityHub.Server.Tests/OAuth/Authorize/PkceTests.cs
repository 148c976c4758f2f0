using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Authorize;

[Spec("ASSURANCE", "P3"), Spec("RFC 7636", "4"), Spec("RFC 9700", "2.1.1")]
public class PkceTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Plain = "plain-challenge-plain-challenge-plain-challenge";

    [TestCase("spa", null, null, Description = "a public client without")]
    [TestCase("spa", CodeFlow.Challenge, null, Description = "no method means plain")]
    [TestCase("spa", Plain, "plain")]
    [TestCase("web", Plain, "plain")]
    [TestCase("web", Plain, null)]
    [TestCase("web", CodeFlow.Challenge, "s256")]
    [TestCase("web", CodeFlow.Challenge, "S512")]
    [TestCase("web", null, "S256")]
    [TestCase("web", CodeFlow.Challenge + "=", "S256")]
    [TestCase("web", "short", "S256")]
    [TestCase("web", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw.cM", "S256")]
    public async Task P3_A_challenge_like_this_is_refused_by_redirect(string clientId, string? challenge, string? method)
    {
        var page = await new Browser(Client).GetOnceAsync(
            CodeFlow.Address(clientId, ("code_challenge", challenge), ("code_challenge_method", method)));

        Assert.That(page.Location, Does.StartWith(CodeFlow.RedirectUriOf(clientId) + "?error=invalid_request"));
        Assert.That(
            (page.Sent("code"), page.Sent("state"), page.Sent("iss")), Is.EqualTo(((string?)null, "some-state", Installation.Issuer)));
    }

    [TestCase(null)]
    [TestCase("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK", Description = "one letter in another case")]
    [TestCase("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")]
    [TestCase("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXkk")]
    [TestCase(CodeFlow.Challenge, Description = "the challenge itself")]
    [TestCase("short")]
    public async Task P3_A_verifier_like_this_is_refused_and_the_code_can_still_be_used(string? verifier)
    {
        foreach (var clientId in new[] { "web", "spa" })
        {
            var code = await Client.CodeAsync(clientId);
            var refused = await Client.RedeemAsync(clientId, code, ("code_verifier", verifier));

            Assert.That((refused.Status, refused["error"]), Is.EqualTo((400, "invalid_grant")), refused.Body);
            Assert.That((await Client.RedeemAsync(clientId, code)).Status, Is.EqualTo(200), clientId);
        }
    }

    [Test]
    public async Task P3_A_verifier_where_no_challenge_was_sent_is_refused()
    {
        var code = await Client.CodeAsync("web", ("code_challenge", null), ("code_challenge_method", null));

        Assert.That((await Client.RedeemAsync("web", code))["error"], Is.EqualTo("invalid_grant"));
        Assert.That(
            (await Client.RedeemAsync("web", code, ("code_verifier", null))).Status, Is.EqualTo(200),
            "a client with a secret may do without");
    }
}
