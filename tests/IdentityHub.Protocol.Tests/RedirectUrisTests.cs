using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

[Property("Spec", "RFC 9700 2.1")]
public class RedirectUrisTests
{
    [TestCase("https://app.example/cb", "https://app.example/cb", true)]
    [TestCase("https://app.example/cb", "https://app.example/cb/", false)]
    [TestCase("https://app.example/cb", "https://app.example:443/cb", false)]
    [TestCase("https://app.example/cb", "https://APP.example/cb", false)]
    [TestCase("http://app.example/cb", "http://app.example:81/cb", false, Description = "no loopback address")]
    [TestCase("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true, Description = "RFC 8252 §7.3")]
    [TestCase("http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb", true)]
    [TestCase("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", true)]
    [TestCase("http://[::1]/cb", "http://[::1]:9/cb", true)]
    [TestCase("http://localhost/cb", "http://localhost:9/cb", true)]
    [TestCase("http://localhost/cb", "http://127.0.0.1:9/cb", false)]
    [TestCase("http://localhost/cb", "https://localhost:9/cb", false)]
    [TestCase("http://localhost/cb", "http://localhost:9/other", false)]
    [TestCase("http://localhost/cb?a=1", "http://localhost:9/cb?a=1", true)]
    [TestCase("http://localhost/cb?a=1", "http://localhost:9/cb?a=2", false)]
    [TestCase("http://localhost", "http://localhost:9", true)]
    [TestCase("http://localhost?a", "http://localhost:9?a", true)]
    [TestCase("http://localhost/cb", "http://localhost:0/cb", false, Description = "no port")]
    [TestCase("http://localhost/cb", "http://localhost:65536/cb", false)]
    [TestCase("http://localhost/cb", "http://localhost:/cb", false)]
    [TestCase("http://localhost/cb", "http://localhost:9x/cb", false)]
    [TestCase("http://localhost/cb", "http://localhost:9@evil.example/cb", false)]
    [TestCase("http://localhost/cb", "http://localhost.evil.example/cb", false)]
    [TestCase("http://localhost/cb", "http://localhost#/cb", false)]
    [TestCase("http://localhost:9@evil.example/cb", "http://localhost:8@evil.example/cb", false)]
    [TestCase("com.example.app:/cb", "com.example.app:/cb", true)]
    public void An_address_is_the_registered_one_to_the_letter_or_but_for_the_port_of_a_loopback_address(
        string registered, string presented, bool matches) =>
        Assert.That(RedirectUris.Matches(registered, presented), Is.EqualTo(matches));

    [TestCase("https://app.example/cb", "https://app.example/cb?code=1")]
    [TestCase("https://app.example/cb?a=b", "https://app.example/cb?a=b&code=1")]
    [TestCase("com.example.app:/cb", "com.example.app:/cb?code=1")]
    public void A_query_is_put_behind_the_one_that_is_there(string uri, string expected) =>
        Assert.That(RedirectUris.WithQuery(uri, "code=1"), Is.EqualTo(expected));

    [Test]
    public void The_nearest_is_named_unless_the_address_is_too_long_to_compare()
    {
        string[] registered = ["https://app.example/callback", "https://other.example/"];
        string Long(int length) => "https://app.example/callback?" + new string('x', length - "https://app.example/callback?".Length);

        Assert.That(RedirectUris.Nearest(registered, "https://app.example/calback"), Is.EqualTo(registered[0]));
        Assert.That(RedirectUris.Nearest(registered, Long(500)), Is.Not.Null);
        Assert.That(RedirectUris.Nearest(registered, Long(501)), Is.Null);
        Assert.That(RedirectUris.Nearest([], "https://app.example/"), Is.Null);
    }

    [TestCase("https://app.example:8443/cb?a=b", "https://app.example:8443")]
    [TestCase("http://localhost:9/cb", "http://localhost:9")]
    [TestCase("http://[::1]:9/cb", "http:", Description = "CSP cannot name it")]
    [TestCase("com.example.app:/cb", "com.example.app:")]
    public void A_form_may_end_at_the_origin_or_at_the_scheme(string uri, string source) =>
        Assert.That(RedirectUris.FormTarget(uri), Is.EqualTo(source));

    [TestCase("https://app.example/cb", true)]
    [TestCase("HTTPS://app.example/cb", true)]
    [TestCase("http://localhost/cb", false)]
    [TestCase("com.example.app:/cb", false)]
    public void Only_https_belongs_to_the_owner_of_a_host(string uri, bool isClaimed) =>
        Assert.That(RedirectUris.IsClaimed(uri), Is.EqualTo(isClaimed));

    [TestCase("token", "fragment")]
    [TestCase("id_token", "fragment")]
    [TestCase("code id_token", "fragment")]
    [TestCase("id_token token", "fragment")]
    [TestCase("code", "query")]
    [TestCase("tokens", "query")]
    [TestCase("", "query")]
    [TestCase(null, "query")]
    public void What_asks_for_a_token_is_answered_in_the_fragment(string? responseType, string mode) =>
        Assert.That(ResponseTypes.DefaultModeOf(responseType), Is.EqualTo(mode));

    [Test]
    public void Every_parameter_of_an_authorization_request_is_kept() =>
        Assert.That(
            AuthorizationParameters.All,
            Is.EquivalentTo([
                "acr_values", "claims", "claims_locales", "client_id", "code_challenge", "code_challenge_method", "display",
                "id_token_hint", "login_hint", "max_age", "nonce", "prompt", "redirect_uri", "registration", "resource", "response_mode",
                "response_type", "scope", "state", "ui_locales",
            ]));
}
