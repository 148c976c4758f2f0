using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Rules;

public class UriFaultTests
{
    private const string NotAbsolute = "must be an absolute URI such as https://app.example.com/callback";
    private const string NoScheme =
        "must begin with https:// (or http:// for a loopback address), or with an app's own scheme such as com.example.app:/";

    private const string NoDot =
        "must begin with https:// (or http:// for a loopback address), or with a reversed domain name such as com.example.app:/; another "
            + "scheme needs allow_custom_scheme: true";

    private const string Digest = "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    [TestCase("/callback", NotAbsolute)]
    [TestCase("//app.example.com/callback", NotAbsolute)]
    [TestCase("app.example.com/callback", NotAbsolute)]
    [TestCase("https://", NotAbsolute)]
    [TestCase("https://app.example.com/cb#top", "must not hold a fragment (#)")]
    [TestCase("https://app.example.com/cb#", "must not hold a fragment (#)")]
    [TestCase("https://*.example.com/cb", "must not hold a wildcard; list every address")]
    [TestCase("https://user@app.example.com/cb", "must not hold a user name (@)")]
    [TestCase("https://app.example.com/a b", "must be ASCII without blanks and backslashes; encode what is not (RFC 3986 §2)")]
    [TestCase("https://app.example.com\\\\@evil.example", "must be ASCII without blanks and backslashes; encode what is not (RFC 3986 §2)")]
    [TestCase("https://äpp.example.com/", "must be ASCII without blanks and backslashes; encode what is not (RFC 3986 §2)")]
    [TestCase("javascript:alert(1)", NoScheme)]
    [TestCase("data:text/html,x", NoScheme)]
    [TestCase("file:///etc/passwd", NoScheme)]
    [TestCase("myapp:/cb", NoDot)]
    [TestCase("vscode://example.tool/cb", NoDot)]
    public void A_redirect_uri(string uri, string message) => Faulty.At(
        Client($"redirect_uris: [«\"{uri}\"]"), $"clients[0].redirect_uris[0]: {message}");

    [TestCase("http://app.example.com/cb")]
    [TestCase("http://loopback/cb")]
    [TestCase("http://127.0.0.1.example.com/cb")]
    [TestCase("http://localhost.example.com/cb")]
    public void Http_to_another_machine_outside_Development(string uri) => Faulty.At(
        Client($"redirect_uris: [«\"{uri}\"]", Digest),
        "clients[0].redirect_uris[0]: must begin with https://; http:// is for loopback addresses (RFC 8252 §7.3)",
        ConfigContext.Production);

    [TestCase("https://app.example.com/cb?tenant=1")]
    [TestCase("http://localhost:5090/cb")]
    [TestCase("http://127.0.0.1/cb")]
    [TestCase("http://[::1]:8080/cb")]
    [TestCase("com.example.app:/cb")]
    public void What_a_redirect_uri_may_be(string uri) =>
        Faulty.None(Client($"redirect_uris: [\"{uri}\"]", Digest), ConfigContext.Production);

    [TestCase("myapp:/cb")]
    [TestCase("vscode://example.tool/cb")]
    [TestCase("cursor://example.tool/oauth/cb")]
    [TestCase("msal11111111-1111-4111-8111-111111111111://auth")]
    public void What_a_redirect_uri_may_be_of_a_client_that_allows_custom_schemes(string uri) =>
        Faulty.None(
            Client($"redirect_uris: [\"{uri}\"]\n    post_logout_redirect_uris: [\"{uri}\"]\n    allow_custom_scheme: true", Digest),
            ConfigContext.Production);

    [TestCase("javascript:alert(1)")]
    [TestCase("data:text/html,x")]
    [TestCase("file:///etc/passwd")]
    [TestCase("blob:https://app.example.com/x")]
    [TestCase("intent://app")]
    public void A_redirect_uri_of_a_client_that_allows_custom_schemes(string uri) => Faulty.At(
        Client($"redirect_uris: [«\"{uri}\"]\n    allow_custom_scheme: true"), $"clients[0].redirect_uris[0]: {NoScheme}");

    [TestCase("capacitor://localhost")]
    [TestCase("ionic://localhost")]
    [TestCase("tauri://localhost")]
    public void An_origin_of_an_app(string origin) =>
        Faulty.None(Client($"allowed_cors_origins: [\"{origin}\"]", Digest), ConfigContext.Production);

    [Test]
    public void A_logout_redirect_uri() =>
        Faulty.At(
            Client("post_logout_redirect_uris: [«\"https://app.example.com/#out\"]"),
            "clients[0].post_logout_redirect_uris[0]: must not hold a fragment (#)");

    [TestCase("backchannel_logout_uri")]
    [TestCase("frontchannel_logout_uri")]
    public void A_logout_address(string key) => Faulty.At(
        Client($"{key}: «com.example.app:/out"), $"clients[0].{key}: must begin with https://");

    [TestCase("https://app.example.com/", "https://app.example.com")]
    [TestCase("https://App.example.com", "https://app.example.com")]
    [TestCase("https://app.example.com:443", "https://app.example.com")]
    [TestCase("https://app.example.com/path", "https://app.example.com")]
    public void An_origin_not_as_browsers_send_it(string written, string right) => Faulty.At(
        Client($"allowed_cors_origins: [«\"{written}\"]"),
        $"clients[0].allowed_cors_origins[0]: must be scheme, host and port alone, in lower case: {right}");

    [Test]
    public void An_origin_of_everybody() => Faulty.At(
        Client("allowed_cors_origins: [«\"*\"]"), "clients[0].allowed_cors_origins[0]: must not hold a wildcard; list every address");

    [Test]
    public void A_reset_page() => Faulty.At(
        "dialects: { lsid: { enabled: true, reset_page_urls: [«\"/reset\"] } }", $"dialects.lsid.reset_page_urls[0]: {NotAbsolute}");

    private static string Client(string line, string secret = "'plain:s'") =>
        $$"""
        clients:
          - client_id: a
            grant_types: [password]
            client_secrets: [{ value: {{secret}} }]
            {{line}}
        """;
}
