using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Server.Grants.Device;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.DeviceAuthorization;

[Spec("RFC 8628", "3.1")]
public class DeviceAuthorizationTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private static readonly string Config = Parts.Apis + Parts.People + Devices.Clients +
        $$"""
          - client_id: signed
            grant_types: ["{{GrantTypes.DeviceCode}}"]
            token_endpoint_auth_method: private_key_jwt
            jwks: {{ClientKeys.Jwks.ReplaceLineEndings(" ")}}
            scope: orders.read
        """;

    [Test, Spec("RFC 8628", "3.2")]
    public async Task The_answer_has_the_code_of_the_device_the_code_of_the_user_and_where_to_type_it()
    {
        var answer = await Client.StartDeviceAsync();

        Assert.Multiple(() =>
        {
            Assert.That(
                (answer.Status, answer.Header("Cache-Control"), answer.Header("Content-Type")),
                Is.EqualTo((200, "no-store", "application/json")));
            Assert.That(
                answer.Json.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"]));
            Assert.That(OpaqueToken.IsWellFormed(answer["device_code"], OpaqueTokenType.DeviceCode), Is.True);
            Assert.That(answer["user_code"], Does.Match("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$"));
            Assert.That(answer["verification_uri"], Is.EqualTo(Installation.Issuer + "/device"));
            Assert.That(answer["verification_uri_complete"], Is.EqualTo($"{Installation.Issuer}/device?user_code={answer["user_code"]}"));
            Assert.That(
                (answer.Json.GetProperty("expires_in").GetInt32(), answer.Json.GetProperty("interval").GetInt32()), Is.EqualTo((600, 5)));
        });
    }

    [Test, Spec("RFC 8628", "6.1")]
    public async Task Codes_are_new_each_time_and_use_the_whole_alphabet()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Client.StartDeviceAsync()));

        Assert.That(answers.Select(answer => answer["device_code"]), Is.Unique);
        Assert.That(answers.Select(answer => answer["user_code"]), Is.Unique);
        Assert.That(
            answers.SelectMany(answer => answer["user_code"]!).Where(char.IsLetter).Distinct().Count(), Is.EqualTo(20),
            "of 480 letters none is left out but once in 2 billion runs");
    }

    [Test, Spec("ASSURANCE", "I1")]
    public async Task I1_The_page_that_the_user_is_sent_to_is_on_the_configured_issuer_whatever_the_request_says()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Devices.Endpoint).WithForm(("client_id", "tv"));
        request.Headers.Host = "evil.example";
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("Forwarded", "host=evil.example;proto=http");

        var answer = await Client.AnswerAsync(request);

        Assert.That(
            (answer["verification_uri"], answer.Body),
            Is.EqualTo((Installation.Issuer + "/device", answer.Body.Replace("evil", "", StringComparison.Ordinal))));
    }

    [Test, Spec("RFC 6749", "2.3")]
    public async Task Every_kind_of_client_authenticates_as_at_the_token_endpoint()
    {
        var assertion = new Assertion("signed", FakeTime.Start).Sign(ClientKeys.Elliptic, SecurityAlgorithms.EcdsaSha256);
        Answer[] answers =
        [
            await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, Devices.Endpoint).WithForm().WithBasic("box", "box-secret")),
            await Client.PostFormAsync(Devices.Endpoint, ("client_id", "box"), ("client_secret", "box-secret")),
            await Client.PostFormAsync(Devices.Endpoint, ("client_assertion_type", Assertion.Type), ("client_assertion", assertion)),
            await Client.StartDeviceAsync("tv"),
        ];

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    [TestCase("box", null, Description = "nothing, where a secret is registered")]
    [TestCase("box", "wrong")]
    [TestCase("tv", "a secret, where none is registered")]
    [TestCase("nobody", null)]
    [TestCase(null, null)]
    [Spec("RFC 6749", "5.2")]
    public async Task A_client_that_does_not_prove_who_it_is_gets_no_code(string? clientId, string? secret)
    {
        var answer = await Client.PostFormAsync(
            Devices.Endpoint,
            [.. clientId is null ? [] : new[] { ("client_id", clientId) }, .. secret is null ? [] : new[] { ("client_secret", secret) }]);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((401, "invalid_client")), answer.ToString());
        Assert.That(answer.Header("WWW-Authenticate"), Does.StartWith("Basic"));
    }

    [TestCase("app", "app-secret", Description = "a client of other grants")]
    [TestCase("orders", "orders-secret", Description = "an API")]
    [Spec("RFC 6749", "5.2")]
    public async Task A_client_that_may_not_use_the_grant_gets_no_code(string clientId, string secret)
    {
        var answer = await Client.PostFormAsync(Devices.Endpoint, ("client_id", clientId), ("client_secret", secret));

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "unauthorized_client")), answer.ToString());
    }

    [TestCase("orders.write", Description = "not one of the client's")]
    [TestCase("openid admin", Description = "one of two")]
    [TestCase("openid \"quoted\"")]
    [Spec("RFC 6749", "3.3")]
    public async Task A_scope_that_is_foreign_or_malformed_is_refused_at_once(string scope)
    {
        var answer = await Client.StartDeviceAsync("tv", scope);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_scope")), answer.ToString());
    }

    [TestCase("GET")]
    [TestCase("PUT")]
    public async Task Another_verb_is_refused(string method)
    {
        var answer = await Client.AnswerAsync(new HttpRequestMessage(new HttpMethod(method), Devices.Endpoint));

        Assert.That((answer.Status, answer.Header("Allow")), Is.EqualTo((405, "POST")));
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task C8_The_database_holds_neither_code_nor_a_hash_of_the_user_code_that_can_be_tried_out()
    {
        var answer = await Client.StartDeviceAsync();
        var letters = answer["user_code"]!.Replace("-", "", StringComparison.Ordinal);

        await using var context = Hub.NewContext();
        var hash = TokenHash.Of(answer["device_code"]);
        var row = await context.DeviceCodes.SingleAsync(code => code.DeviceCodeHash == hash);
        byte[][] guessable =
        [
            .. new[] { letters, answer["user_code"]!, letters.ToUpperInvariant() }.Select(text =>
                SHA256.HashData(Encoding.ASCII.GetBytes(text)))
        ];

        Assert.That(row.UserCodeHash, Has.Length.EqualTo(32));
        Assert.That(guessable, Has.None.EqualTo(row.UserCodeHash));
        Assert.That(
            (row.ClientId, row.Scopes, row.IpAddress), Is.EqualTo(("tv", "openid profile email offline_access orders.read", "127.0.0.1")));
        Assert.That(
            Hub.Logs.ToString(), Does.Not.Contain(letters).And.Not.Contain(answer["user_code"]).And.Not.Contain(answer["device_code"]));
    }

    [Test, Spec("RFC 8628", "6.1")]
    public async Task A_user_code_that_is_taken_is_drawn_anew()
    {
        var draws = new Queue<string>(["BBBBBBBB", "BBBBBBBB", "BBBBBBBB", "CCCCCCCC"]);
        await using var hub = await Hub.StartAsync(Config, Kind, services =>
            services.AddSingleton(provider => new UserCodes(provider.GetRequiredService<KeyProtector>(), draws.Dequeue)));

        var first = await hub.Client.StartDeviceAsync();
        var second = await hub.Client.StartDeviceAsync();

        Assert.That((first["user_code"], second["user_code"]), Is.EqualTo(("BBBB-BBBB", "CCCC-CCCC")), second.ToString());
    }

    [Test]
    public async Task Who_does_not_authenticate_makes_no_more_than_a_thousand_wait()
    {
        await using var hub = await StartHubAsync();
        await hub.ExhaustAnonymousRowsAsync();
        var ofAnybody = await hub.Client.StartDeviceAsync();
        var ofAClient = await hub.Client.PostFormAsync(Devices.Endpoint, ("client_id", "box"), ("client_secret", "box-secret"));

        Assert.That((ofAnybody.Status, ofAnybody.Header("Retry-After"), ofAClient.Status), Is.EqualTo((429, "600", 200)), ofAnybody.Body);
    }
}
