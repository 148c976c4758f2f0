using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Discovery;

[Spec("RFC 8414", "3")]
public class DiscoveryTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read }
        """;

    private const string OpenId = "/.well-known/openid-configuration";
    private const string OAuth = "/.well-known/oauth-authorization-server";

    [Test]
    public async Task Both_paths_give_the_same_document_to_any_origin()
    {
        var (openId, oauth) = (await Client.GetAnswerAsync(OpenId), await Client.GetAnswerAsync(OAuth));

        Assert.Multiple(() =>
        {
            Assert.That((openId.Status, oauth.Status), Is.EqualTo((200, 200)));
            Assert.That(oauth.Body, Is.EqualTo(openId.Body));
            Assert.That(
                (openId.Header("Content-Type"), openId.Header("Access-Control-Allow-Origin")), Is.EqualTo(("application/json", "*")));
            Assert.That(openId.Header("Cache-Control"), Is.EqualTo("public, max-age=300"));
        });
    }

    [Test, Spec("RFC 8414", "2")]
    public async Task The_document_says_what_the_server_can_do()
    {
        var document = (await Client.GetAnswerAsync(OpenId)).Json;

        Assert.Multiple(() =>
        {
            Assert.That(document.GetProperty("issuer").GetString(), Is.EqualTo(Installation.Issuer));
            Assert.That(document.GetProperty("token_endpoint").GetString(), Is.EqualTo(Installation.Issuer + "/connect/token"));
            Assert.That(
                List("grant_types_supported"),
                Is.EquivalentTo([
                    "authorization_code", "client_credentials", "password", "refresh_token", GrantTypes.DeviceCode, GrantTypes.JwtBearer,
                    GrantTypes.TokenExchange, GrantTypes.HashSecret, GrantTypes.Otp
                ]));
            Assert.That(
                List("token_endpoint_auth_methods_supported"),
                Is.EqualTo(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]));
            Assert.That(
                List("introspection_endpoint_auth_methods_supported"),
                Is.EqualTo(["client_secret_basic", "client_secret_post", "private_key_jwt"]));
            Assert.That(List("token_endpoint_auth_signing_alg_values_supported"), Is.EqualTo(["PS256", "ES256", "RS256"]));
            Assert.That(
                List("scopes_supported"),
                Is.SupersetOf(["openid", "offline_access", "profile", "email", "phone", "address", "orders.read", "contact"]));
            Assert.That(
                List("claims_supported"), Is.SupersetOf(["sub", "sid", "acr", "amr", "auth_time", "name", "email", "phone_number"]));
            Assert.That(List("subject_types_supported"), Is.EqualTo(["public"]));
            Assert.That(List("response_types_supported"), Is.EqualTo(["code"]));
            Assert.That(List("response_modes_supported"), Is.EqualTo(["query", "fragment", "form_post"]));
            Assert.That(List("code_challenge_methods_supported"), Is.EqualTo(["S256"]));
            Assert.That(List("prompt_values_supported"), Is.EqualTo(["none", "login", "consent", "select_account"]));
            Assert.That(
                List("acr_values_supported"), Is.EqualTo(["urn:identityhub:acr:1", "urn:identityhub:acr:2", "urn:identityhub:acr:3"]));
            Assert.That(List("id_token_signing_alg_values_supported"), Is.EqualTo(["ES256", "RS256"]));
            Assert.That(List("request_object_signing_alg_values_supported"), Is.EqualTo(["PS256", "ES256", "RS256"]));
            Assert.That(
                Flag("claims_parameter_supported")
                    && Flag("request_parameter_supported")
                    && Flag("authorization_response_iss_parameter_supported"),
                Is.True);
            Assert.That(Flag("request_uri_parameter_supported"), Is.False, "only what was pushed here is read");
        });

        bool Flag(string member) => document.GetProperty(member).GetBoolean();

        string?[] List(string member) => [.. document.GetProperty(member).EnumerateArray().Select(item => item.GetString())];
    }

    [Test]
    public async Task Every_endpoint_that_is_named_exists()
    {
        var document = (await Client.GetAnswerAsync(OpenId)).Json;
        var addresses = document
            .EnumerateObject()
            .Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri")
            .ToList();

        Assert.That(
            addresses.Select(member => member.Name),
            Is.EqualTo([
                "authorization_endpoint", "device_authorization_endpoint", "end_session_endpoint", "introspection_endpoint", "jwks_uri",
                "pushed_authorization_request_endpoint", "revocation_endpoint", "token_endpoint", "userinfo_endpoint"
            ]));
        foreach (var address in addresses.Select(member => member.Value.GetString()!))
        {
            Assert.That(address, Does.StartWith(Installation.Issuer + "/"));
            Assert.That(
                (await Client.GetAnswerAsync(address[Installation.Issuer.Length..])).Status, Is.AnyOf(200, 302, 400, 401, 405), address);
        }
    }

    [Test, Spec("OpenID Connect Back-Channel Logout 1.0", "2.1"), Spec("OpenID Connect Front-Channel Logout 1.0", "3")]
    public async Task Logout_is_supported_in_all_its_forms()
    {
        var document = (await Client.GetAnswerAsync(OpenId)).Json;

        foreach (var member in new[]
            {
                "backchannel_logout_supported", "backchannel_logout_session_supported", "frontchannel_logout_supported",
                "frontchannel_logout_session_supported",
            })
            Assert.That(document.GetProperty(member).GetBoolean(), Is.True, member);
    }

    [TestCase(OpenId)]
    [TestCase(OAuth)]
    [TestCase("/.well-known/openid-configuration/jwks")]
    [Spec("RFC 9110", "13.1.2")]
    public async Task A_caller_who_has_it_already_gets_nothing_again(string path)
    {
        var first = await Client.GetAnswerAsync(path);
        var tag = first.Header("ETag")!;

        foreach (var (known, status) in new[] { (tag, 304), ("W/" + tag, 304), ($"\"other\", {tag}", 304), ("*", 304), ("\"other\"", 200) })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
            var answer = await Client.AnswerAsync(request);
            Assert.That((answer.Status, answer.Header("ETag")), Is.EqualTo((status, tag)), known);
            Assert.That(answer.Body, Is.EqualTo(status == 304 ? "" : first.Body));
        }
    }

    [TestCase(OpenId)]
    [TestCase("/.well-known/openid-configuration/jwks")]
    [Spec("RFC 9110", "9.3.2")]
    public async Task A_HEAD_gives_the_headers_of_the_GET(string path)
    {
        var get = await Client.GetAnswerAsync(path);
        var head = await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.That((head.Status, head.Body), Is.EqualTo((200, "")));
        foreach (var header in new[] { "ETag", "Content-Type", "Content-Length", "Cache-Control" })
            Assert.That(head.Header(header), Is.EqualTo(get.Header(header)), header);
    }

    [Test, Spec("ASSURANCE", "I1")]
    public async Task I1_The_issuer_is_the_configured_one_whatever_the_request_says()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, OpenId);
        request.Headers.Host = "evil.example";
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("X-Forwarded-Proto", "ftp");
        request.Headers.Add("Forwarded", "host=evil.example;proto=ftp");

        var answer = await Client.AnswerAsync(request);

        Assert.That(answer.Body, Is.EqualTo((await Client.GetAnswerAsync(OpenId)).Body).And.Not.Contain("evil"));
    }
}
