using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

public class AuthorizationParameterTests
{
    [Test, Description("RFC 7636 §B")]
    public void The_example_of_the_RFC_fits() =>
        Assert.That(Pkce.Verify("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), Is.True);

    [TestCase("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX", Description = "42 characters")]
    [TestCase("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")]
    [TestCase("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEj k")]
    [TestCase("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXé")]
    [TestCase("")]
    public void Another_verifier_does_not(string verifier) =>
        Assert.That(Pkce.Verify(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), Is.False);

    [Test]
    public void A_verifier_has_128_characters_at_most()
    {
        var longest = new string('a', 128);
        var challenge = Convert
            .ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(longest)))
            .Replace('+', '-')
            .Replace('/', '_')
            .TrimEnd('=');
        var tooLong = Convert
            .ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(longest + "a")))
            .Replace('+', '-')
            .Replace('/', '_')
            .TrimEnd('=');

        Assert.That(Pkce.Verify(longest, challenge), Is.True);
        Assert.That(Pkce.Verify(longest + "a", tooLong), Is.False);
    }

    [TestCase("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", true)]
    [TestCase("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", false)]
    [TestCase("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", false)]
    [TestCase("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw.cM", false)]
    [TestCase("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", false)]
    public void A_challenge_is_43_characters_of_base64url(string challenge, bool expected) =>
        Assert.That(Pkce.IsChallenge(challenge), Is.EqualTo(expected));

    [TestCase(null, false, false, false, false, false)]
    [TestCase("none", true, false, false, false, false)]
    [TestCase("login consent", false, true, true, false, false)]
    [TestCase("consent login login", false, true, true, false, false)]
    [TestCase("select_account create", false, false, false, true, true)]
    [Description("OpenID Connect Core §3.1.2.1")]
    public void A_prompt_says_what_it_says(string? prompt, bool none, bool login, bool consent, bool selectAccount, bool create) =>
        Assert.That(PromptSet.Parse(prompt).Value, Is.EqualTo(new PromptSet(none, login, consent, selectAccount, create)));

    [TestCase("none login")]
    [TestCase("NONE")]
    [TestCase("never")]
    [TestCase("login,consent")]
    public void Another_prompt_is_refused(string prompt) =>
        Assert.That(PromptSet.Parse(prompt).Error!.Kind, Is.EqualTo(RefusalKind.InvalidRequest));

    [Test, Description("OpenID Connect Core §5.5")]
    public void The_example_of_the_claims_parameter_is_understood()
    {
        var claims = ClaimsRequest.Parse(
            """
            {"userinfo": {"given_name": {"essential": true}, "nickname": null, "email": {"essential": true}, "email_verified": {"essential": true}, "picture": null, "http://example.info/claims/groups": null},
             "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["urn:mace:incommon:iap:silver"] } } }
            """).Value!;

        Assert.Multiple(() =>
        {
            Assert.That(
                claims.UserInfo,
                Is.EqualTo(["given_name", "nickname", "email", "email_verified", "picture", "http://example.info/claims/groups"])
            );
            Assert.That(claims.IdToken, Is.EqualTo(["auth_time", "acr"]));
            Assert.That(claims.EssentialContextClasses, Is.Empty, "a voluntary acr is a wish");
            Assert.That(ClaimsRequest.Restore(claims.ToString())!.ToString(), Is.EqualTo(claims.ToString()));
        });
    }

    [Test, Description("OpenID Connect Core §5.5.1")]
    public void A_sub_and_an_essential_acr_are_seen()
    {
        var claims = ClaimsRequest
            .Parse(
                """{"id_token":{"sub":{"value":"248289761001"},"acr":{"essential":true,"value":"gold","values":["silver"]}},"other":{}}""")
            .Value!;

        Assert.That(claims.Subject, Is.EqualTo("248289761001"));
        Assert.That(claims.EssentialContextClasses, Is.EqualTo(["gold", "silver"]));
    }

    [TestCase("{}", true)]
    [TestCase("""{"id_token":null,"userinfo":{}}""", true)]
    [TestCase("""{"id_token":{"a|b":null,"c d":null}}""", true, Description = "names of nothing")]
    [TestCase("[]", false)]
    [TestCase("null", false)]
    [TestCase("{", false)]
    [TestCase("""{"id_token":[]}""", false)]
    [TestCase("""{"userinfo":{"email":true}}""", false)]
    [TestCase("""{"id_token":{"sub":{"value":"\ud800"}}}""", false, Description = "a lone surrogate")]
    public void Other_claims_parameters_are_read_or_refused_and_never_thrown_at(string json, bool isGood)
    {
        var claims = ClaimsRequest.Parse(json);

        Assert.That(claims.Succeeded, Is.EqualTo(isGood));
        if (isGood)
            Assert.That(ClaimsRequest.Restore(claims.Value!.ToString())!.IdToken, Is.Empty);
    }

    [Test]
    public void A_claims_parameter_that_is_too_long_or_too_deep_is_refused()
    {
        Assert.That(ClaimsRequest.Parse("{\"x\":\"" + new string('x', ClaimsRequest.MaxLength) + "\"}").Succeeded, Is.False);
        Assert.That(ClaimsRequest.Parse(string.Concat(Enumerable.Repeat("{\"a\":", 20)) + "1" + new string('}', 20)).Succeeded, Is.False);
    }

    [TestCase("https://app.test/cb", "https://app.test")]
    [TestCase("https://app.test:8443/cb?x=1", "https://app.test:8443")]
    [TestCase("http://127.0.0.1:5090/cb", "http://127.0.0.1:5090")]
    [TestCase("http://[::1]:5090/cb", "http:")]
    [TestCase("com.example.app:/cb", "com.example.app:")]
    [Description("CSP Level 3 §2.3.1")]
    public void A_form_may_end_up_where_it_is_sent_on_to(string uri, string expected) =>
        Assert.That(RedirectUris.FormTarget(uri), Is.EqualTo(expected));

    [Test]
    public void The_nearest_of_what_is_registered_is_found()
    {
        string[] registered = ["https://app.test/callback", "https://app.test/silent", "http://localhost:5090/cb"];

        Assert.That(RedirectUris.Nearest(registered, "https://app.test/calback"), Is.EqualTo("https://app.test/callback"));
        Assert.That(RedirectUris.Nearest(registered, "http://localhost/cb/"), Is.EqualTo("http://localhost:5090/cb"));
        Assert.That(RedirectUris.Nearest([], "https://app.test/"), Is.Null);
        Assert.That(RedirectUris.Nearest(registered, new string('x', 10_000)), Is.Null);
    }

    [TestCase("kitten", "sitting", 3)]
    [TestCase("ab", "ba", 1)]
    [TestCase("", "abc", 3)]
    [TestCase("same", "same", 0)]
    public void A_distance_counts_what_was_mistyped(string a, string b, int expected)
    {
        Assert.That(EditDistance.Between(a, b), Is.EqualTo(expected));
        Assert.That(EditDistance.Between(b, a), Is.EqualTo(expected));
    }
}
