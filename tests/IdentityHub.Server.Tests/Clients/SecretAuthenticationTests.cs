using System.Net.Http.Headers;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Clients;

[Spec("RFC 6749", "2.3")]
public class SecretAuthenticationTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    // What form-encoding is for: a colon, blanks, a percent sign, a plus, and letters beyond ASCII.
    private const string OddSecret = "pass:word 100%+ ü€";

    private const string Config = Parts.People +
        $$"""
        clients:
          - { client_id: basic, grant_types: [client_credentials], client_secrets: [{ value: "plain:basic-secret" }] }
          - { client_id: post, token_endpoint_auth_method: client_secret_post, grant_types: [client_credentials], client_secrets: [{ value: "plain:post-secret" }] }
          - { client_id: "odd:id%", grant_types: [client_credentials], client_secrets: [{ value: "plain:{{OddSecret}}" }] }
          - { client_id: raw, grant_types: [client_credentials], client_secrets: [{ value: "plain:50%zz of 100%" }] }
          - { client_id: is256, grant_types: [client_credentials], client_secrets: [{ value: "sha256:K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=" }] }
          - { client_id: is256hex, grant_types: [client_credentials], client_secrets: [{ value: "sha256:2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B" }] }
          - { client_id: is512, grant_types: [client_credentials], client_secrets: [{ value: "sha512:vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg==" }] }
          - { client_id: is512hex, grant_types: [client_credentials], client_secrets: [{ value: "sha512:bd2b1aaf7ef4f09be9f52ce2d8d599674d81aa9d6a4421696dc4d93dd0619d682ce56b4d64a9ef097761ced99e0f67265b5f76085e5b0ee7ca4696b2ad6fe2b2" }] }
          - { client_id: isboth, grant_types: [client_credentials], client_secrets: [{ value: "plain:newer" }, { value: "sha512:vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg==" }] }
          - { client_id: public, token_endpoint_auth_method: none, grant_types: [password, refresh_token] }
          - { client_id: asleep, enabled: false, grant_types: [client_credentials], client_secrets: [{ value: "plain:asleep-secret" }] }
          - { client_id: tried, grant_types: [client_credentials], client_secrets: [{ value: "plain:tried-secret" }] }
        """;

    private static readonly (string, string) Machine = ("grant_type", "client_credentials");

    // Each in the place of the whole header; every one of them a refusal.
    private static readonly string[] Malformed =
    [
        "Basic", "Basic ", "Basic not-base64!", "Basic " + Base64("no-colon"), "Basic " + Base64(":secret-of-nobody"), "Basic /////w==",
        "Basic " + Base64("a%00b:c"),
        "Bearer abc",
        "Digest username=basic",
        "basic-secret",
        "Basic " + Base64(new string('x', 20_000) + ":y"),
    ];

    [TestCase("basic")]
    [TestCase("post")]
    public async Task Header_and_body_are_accepted_whichever_is_registered(string clientId)
    {
        var inHeader = await Client.AnswerAsync(Token(Machine).WithBasic(clientId, $"{clientId}-secret"));
        var inBody = await Client.TokenAsync(Machine, ("client_id", clientId), ("client_secret", $"{clientId}-secret"));

        Assert.That((inHeader.Status, inBody.Status), Is.EqualTo((200, 200)), $"{inHeader} {inBody}");
    }

    [Test, Spec("RFC 6749", "2.3.1")]
    public async Task Both_halves_of_the_header_are_form_encoded()
    {
        var answer = await Client.AnswerAsync(Token(Machine).WithBasic("odd:id%", OddSecret));
        var plus = Token(Machine);
        plus.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Base64($"odd%3Aid%25:{Uri.EscapeDataString(OddSecret).Replace("%20", "+", StringComparison.Ordinal)}"));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((await Client.AnswerAsync(plus)).Status, Is.EqualTo(200));
    }

    // What IdentityServer stores of the secret "secret", and its hexadecimal.
    [TestCase("is256")]
    [TestCase("is256hex")]
    [TestCase("is512")]
    [TestCase("is512hex")]
    [TestCase("isboth")]
    public async Task Digests_of_IdentityServer_let_their_secret_in_and_no_other(string clientId)
    {
        var inBody = await Client.TokenAsync(Machine, ("client_id", clientId), ("client_secret", "secret"));
        var inHeader = await Client.AnswerAsync(Token(Machine).WithBasic(clientId, "secret"));
        var wrong = await Client.TokenAsync(Machine, ("client_id", clientId), ("client_secret", "Secret"));

        Assert.That((inBody.Status, inHeader.Status, wrong.Status), Is.EqualTo((200, 200, 401)), $"{inBody} {inHeader} {wrong}");
    }

    [TestCase("50%zz of 100%", 200, Description = "neither % begins an escape")]
    [TestCase("50%25zz of 100%25", 200, Description = "as the RFC says")]
    [TestCase("50%25zz+of+100%25", 200)]
    [TestCase("50%zz%20of 100%25", 200)]
    [TestCase("50%zz of 100%2", 401)]
    [Spec("RFC 6749", "2.3.1")]
    public async Task A_percent_sign_that_begins_no_escape_is_part_of_a_secret_that_was_sent_as_it_is(string sent, int status)
    {
        var request = Token(Machine);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Base64($"raw:{sent}"));

        Assert.That((await Client.AnswerAsync(request)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task The_name_of_the_scheme_has_no_case_and_the_client_id_may_stand_in_the_body_too()
    {
        var lower = Token(Machine, ("client_id", "basic"));
        lower.Headers.TryAddWithoutValidation("Authorization", "basic " + Base64("basic:basic-secret"));

        Assert.That((await Client.AnswerAsync(lower)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Two_ways_at_once_are_refused_though_each_is_right()
    {
        var both = await Client.AnswerAsync(
            Token(Machine, ("client_id", "basic"), ("client_secret", "basic-secret")).WithBasic("basic", "basic-secret"));
        var secretAndAssertion = await Client.TokenAsync(
            Machine, ("client_id", "basic"), ("client_secret", "basic-secret"), ("client_assertion", "e.e.e"));
        var otherId = await Client.AnswerAsync(Token(Machine, ("client_id", "post")).WithBasic("basic", "basic-secret"));
        var twice = Token(Machine);
        twice.Headers.TryAddWithoutValidation(
            "Authorization", ["Basic " + Base64("basic:basic-secret"), "Basic " + Base64("basic:basic-secret")]);

        foreach (var answer in new[] { both, secretAndAssertion, otherId })
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")), answer.ToString());
        Assert.That((await Client.AnswerAsync(twice)).Status, Is.AnyOf(400, 401));
    }

    [Test, Spec("RFC 6749", "3.2")]
    public async Task A_parameter_without_a_value_counts_as_left_out()
    {
        var inHeader = await Client.AnswerAsync(
            Token(Machine, ("client_secret", ""), ("client_assertion", "")).WithBasic("basic", "basic-secret"));
        var ofPublic = await Client.TokenAsync(
            ("grant_type", "password"), ("client_id", "public"), ("client_secret", ""), ("username", "alice"),
            ("password", TokenRequests.AlicePassword));

        Assert.That((inHeader.Status, ofPublic.Status), Is.EqualTo((200, 200)), $"{inHeader} {ofPublic}");
    }

    [TestCaseSource(nameof(Malformed))]
    public async Task A_malformed_header_is_refused(string header)
    {
        var request = Token(Machine);
        request.Headers.TryAddWithoutValidation("Authorization", header);

        var answer = await Client.AnswerAsync(request);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((401, "invalid_client")), answer.ToString());
        Assert.That(answer.Header("WWW-Authenticate"), Does.StartWith("Basic realm="));
    }

    [Test, Spec("RFC 6749", "5.2")]
    public async Task Every_failed_authentication_looks_the_same()
    {
        var answers = new[]
        {
            await Client.TokenAsync(Machine, ("client_id", "nobody"), ("client_secret", "basic-secret")),
            await Client.TokenAsync(Machine, ("client_id", "tried"), ("client_secret", "basic-secret")),
            await Client.TokenAsync(Machine, ("client_id", "tried"), ("client_secret", "TRIED-SECRET")),
            await Client.TokenAsync(Machine, ("client_id", "TRIED"), ("client_secret", "tried-secret")),
            await Client.TokenAsync(Machine, ("client_id", "tried")),
            await Client.TokenAsync(Machine, ("client_id", "public"), ("client_secret", "public-secret")),
            await Client.TokenAsync(Machine, ("client_id", "asleep"), ("client_secret", "asleep-secret")),
            await Client.TokenAsync(Machine, ("client_secret", "tried-secret")),
            await Client.TokenAsync(Machine),
        };

        foreach (var answer in answers)
        {
            Assert.That((answer.Status, answer["error"], answer["error_description"], answer["error_reason"]),
                Is.EqualTo((401, "invalid_client", "Client authentication failed.", (string?)null)), answer.ToString());
        }
    }

    [TestCase("")]
    [TestCase("public")]
    public async Task An_empty_password_in_the_header_is_none(string idInBody)
    {
        (string, string)[] form =
        [
            ("grant_type", "password"), ("username", "alice"), ("password", TokenRequests.AlicePassword), ("client_id", idInBody),
            ("client_secret", "")
        ];
        var request = Token(form);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Base64("public:"));
        var answer = await Client.AnswerAsync(request);
        var confidential = Token(Machine);
        confidential.Headers.Authorization = new AuthenticationHeaderValue("Basic", Base64("basic:"));
        var secretInBody = Token(Machine, ("client_id", "basic"), ("client_secret", "basic-secret"));
        secretInBody.Headers.Authorization = new AuthenticationHeaderValue("Basic", Base64("basic:"));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Body);
        Assert.That((await Client.AnswerAsync(confidential)).Status, Is.EqualTo(401));
        Assert.That((await Client.AnswerAsync(secretInBody)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_public_client_needs_no_secret_for_what_it_may_do()
    {
        var login = await Client.TokenAsync(
            ("grant_type", "password"), ("client_id", "public"), ("username", "alice"), ("password", TokenRequests.AlicePassword));
        var refreshed = await Client.TokenAsync(
            ("grant_type", "refresh_token"), ("client_id", "public"), ("refresh_token", login["refresh_token"]!));

        Assert.That((login.Status, refreshed.Status), Is.EqualTo((200, 200)), login.ToString());
    }

    private static HttpRequestMessage Token(params (string Name, string Value)[] form) =>
        new HttpRequestMessage(HttpMethod.Post, "/connect/token").WithForm(form);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
