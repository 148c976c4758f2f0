using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.ClientAccounts.ServiceUser;

/// <summary>The examples of the contract, byte for byte, and what the token holds.</summary>
[Spec("contracts/service-user-and-client-accounts.md", "POST /v1/login/password")]
public partial class ServiceUserContractTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    // The example names the service user and a password of six letters, which no file may hold: it is stored as an older system had it.
    private const string Config =
        """
        users:
          - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, password: "plain:Alice-Pass-1234" }
        dialects:
          service-user: { enabled: true }
        """;

    private static readonly string?[] MediaTypes =
    [
        "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "application/json1", "text/plain", null
    ];

    [OneTimeSetUp]
    public Task AddServiceUserAsync() => Hub.AddServiceUserAsync("service_user", "xxxyyy");

    [TestCaseSource(nameof(MediaTypes))]
    public async Task The_example_works_under_every_media_type(string? mediaType)
    {
        var answer = await Client.CallAsync(
            HttpMethod.Post, ServiceUsers.LoginPath, Golden.Read("login.request.json"), mediaType: mediaType);

        Assert.That(
            (answer.Status, answer.Body.Replace(answer["api_token"]!, "API_TOKEN", StringComparison.Ordinal)),
            Is.EqualTo((200, Golden.Read("login.answer.json"))));
        Assert.That((answer.Header("Content-Type"), answer.Header("Cache-Control")), Is.EqualTo(("application/json", "no-store")));
    }

    [Test]
    public async Task The_token_is_signed_by_the_key_ring_and_holds_what_was_promised()
    {
        var token = await Client.ApiTokenAsync("service_user", "xxxyyy");

        var checkedToken = await ResourceServer.CheckAsync(Hub, token, "client-api");
        Assert.That(checkedToken.IsValid, Is.True, checkedToken.Exception?.Message);
        var jwt = (JsonWebToken)checkedToken.SecurityToken;
        var service = await Hub.FindUserAsync("service_user");
        Assert.Multiple(() =>
        {
            Assert.That(jwt.GetPayloadValue<string[]>("r"), Is.EqualTo(["service"]));
            Assert.That(jwt.GetPayloadValue<string>("reg"), Is.EqualTo("local"));
            Assert.That(jwt.Subject, Is.EqualTo(service.Id.ToString()));
            Assert.That(jwt.GetPayloadValue<long>("exp") - jwt.GetPayloadValue<long>("iat"), Is.EqualTo(60 * 60));
            Assert.That((jwt.Issuer, jwt.GetPayloadValue<string>("client_id")), Is.EqualTo((Installation.Issuer, "service-user")));
            Assert.That(jwt.Id, Is.Not.Empty);
        });
    }

    [TestCase("wrong-password", 401, """{"username":"service_user","password":"wrong"}""")]
    [TestCase("wrong-password", 401, """{"username":"nobody","password":"xxxyyy"}""")]
    [TestCase(
        "wrong-password",
        401,
        """{"username":"alice","password":"wrong"}""",
        Description = "only who knows the password learns of the role")]
    [TestCase("wrong-role", 403, """{"username":"alice","password":"Alice-Pass-1234"}""")]
    [TestCase("missing-field", 400, """{"username":"service_user"}""")]
    [TestCase("wrong-type", 400, """{"username":["service_user"],"password":"xxxyyy"}""")]
    public async Task Each_refusal_has_the_shape_of_the_contract(string golden, int status, string body)
    {
        var answer = await Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, body);

        Assert.That((answer.Status, Masked(answer)), Is.EqualTo((status, Golden.Read($"{golden}.answer.json"))));
        Assert.That(answer.Header("WWW-Authenticate"), Is.EqualTo(status == 401 ? "Bearer realm=\"IdentityHub\"" : null));
    }

    [Test]
    public async Task The_call_after_the_three_hundredth_of_a_minute_is_refused_until_the_minute_is_over()
    {
        await using var hub = await StartHubAsync();
        await hub.AddServiceUserAsync("service_user", "xxxyyy");
        for (var i = 0; i < 300; i++)
            Assert.That(
                (await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, "{}")).Header("RateLimit-Remaining"),
                Is.EqualTo($"{299 - i}"));
        hub.Time.Advance(TimeSpan.FromSeconds(20));

        var refused = await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, Golden.Read("login.request.json"));
        Assert.That((refused.Status, Masked(refused)), Is.EqualTo((429, Golden.Read("rate-limit.answer.json"))));
        Assert.That(
            (refused.Header("Retry-After"), refused.Header("RateLimit-Limit"), refused.Header("RateLimit-Remaining"),
                refused.Header("RateLimit-Reset")),
            Is.EqualTo(("40", "300", "0", "40")));

        hub.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.That(
            (await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.LoginPath, Golden.Read("login.request.json"))).Status,
            Is.EqualTo(200));
    }

    private static string Masked(Answer answer) => Id().Replace(answer.Body, "\"id\":\"ID\"");

    [GeneratedRegex("\"id\":\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"")]
    private static partial Regex Id();
}
