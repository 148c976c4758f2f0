using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.OAuthV2;

public class OAuthV2TokenTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Path = "/oauth/v2/token";

    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - client_id: app
            grant_types: [client_credentials, password, refresh_token]
            client_secrets: [{ value: "plain:app-secret" }]
            scope: orders.read orders.write
            access_token_format: jwt
            dialects: [oauth-v2]
          - { client_id: quick, grant_types: [client_credentials], client_secrets: [{ value: "plain:quick-secret" }], access_token_lifetime: 90s, dialects: [oauth-v2] }
          - { client_id: modern, grant_types: [client_credentials], client_secrets: [{ value: "plain:modern-secret" }], scope: orders.read }
        dialects:
          oauth-v2: { enabled: true, deprecation: 2027-01-01, sunset: 2027-12-31 }
        """;

    [Test, Spec("contracts/README.md", "2")]
    public async Task Its_token_is_an_ordinary_token_of_the_hub()
    {
        var answer = await Client.PostJsonAsync(Path, Body("client_credentials", ("scope", "orders.read")));

        Assert.That(
            (answer["scope"], answer["access_token"]![..4]), Is.EqualTo(("orders.read", "iha_")),
            "opaque here, whatever the client's format is");
        Assert.That((await Client.IntrospectAsync("orders", answer["access_token"]))["scope"], Is.EqualTo("orders.read"));
        Assert.That((await Client.RevokeAsync("app", answer["access_token"])).Status, Is.EqualTo(200));
        Assert.That(await Client.IsActiveAsync("app", answer["access_token"]), Is.False);
    }

    [Test]
    public async Task No_scope_is_granted_where_none_was_asked_for_though_the_client_has_a_default()
    {
        var answer = await Client.PostJsonAsync(Path, Body("client_credentials", ("scope", null)));

        Assert.That(answer.Json.GetProperty("scope").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null), answer.ToString());
        Assert.That((await Client.IntrospectAsync("app", answer["access_token"]))["scope"], Is.Null);
    }

    [Test]
    public async Task A_form_and_the_header_are_accepted_as_well()
    {
        var form = await Client.PostFormAsync(
            Path, ("grant_type", "client_credentials"), ("client_id", "app"), ("client_secret", "app-secret"));
        var header = await Client.AnswerAsync(
            new HttpRequestMessage(HttpMethod.Post, Path).WithForm(("grant_type", "client_credentials")).WithBasic("app", "app-secret"));
        var jsonAndHeader = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent("""{"grant_type":"client_credentials"}"""),
        }.WithBasic("app", "app-secret");

        Assert.That((form.Status, header.Status, (await Client.AnswerAsync(jsonAndHeader)).Status), Is.EqualTo((200, 200, 200)));
        Assert.That(form["token_type"], Is.EqualTo("bearer"));
    }

    [Test]
    public async Task The_client_s_own_lifetime_holds_where_it_is_shorter()
    {
        var answer = await Client.PostJsonAsync(
            Path, """{"grant_type":"client_credentials","client_id":"quick","client_secret":"quick-secret"}""");

        Assert.That(answer.Json.GetProperty("expires_in").GetInt32(), Is.EqualTo(90));
    }

    [TestCase("alice")]
    [TestCase("ALICE@example.com")]
    [TestCase("+27761234567")]
    public async Task A_user_is_known_by_name_email_address_or_phone_number(string userName)
    {
        var answer = await Client.PostJsonAsync(Path, Body("password", ("username", userName), ("password", TokenRequests.AlicePassword)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test, Spec("RFC 6749", "5.2")]
    public async Task Errors_are_those_of_the_standard_and_may_not_be_stored()
    {
        (Answer Answer, int Status, string Error)[] refusals =
        [
            (await Client.PostJsonAsync(Path, """{"grant_type":"client_credentials","client_id":"app","client_secret":"wrong"}"""), 401,
                "invalid_client"),
            (await Client.PostJsonAsync(Path, """{"grant_type":"client_credentials"}"""), 401, "invalid_client"),
            (await Client.PostJsonAsync(Path, """{"client_id":"app","client_secret":"app-secret"}"""), 400, "invalid_request"),
            (await Client.PostJsonAsync(Path, Body("urn:example:none")), 400, "unsupported_grant_type"),
            (await Client.PostJsonAsync(Path, Body("password", ("username", "alice"), ("password", "wrong"))), 400, "invalid_grant"),
            (await Client.PostJsonAsync(Path, Body("password", ("username", "alice"))), 400, "invalid_request"),
            (await Client.PostJsonAsync(Path, Body("client_credentials", ("scope", "admin"))), 400, "invalid_scope"),
        ];

        foreach (var (answer, status, error) in refusals)
        {
            Assert.That((answer.Status, answer["error"]), Is.EqualTo((status, error)), answer.ToString());
            Assert.That(answer["error_description"], Is.Not.Empty);
            Assert.That((answer.Header("Cache-Control"), answer.Header("Pragma")), Is.EqualTo(("no-store", "no-cache")));
        }
    }

    [Test, Spec("contracts/README.md", "5")]
    public async Task A_client_that_does_not_list_the_dialect_may_not_use_it()
    {
        var answer = await Client.PostJsonAsync(
            Path, """{"grant_type":"client_credentials","client_id":"modern","client_secret":"modern-secret"}""");

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "unauthorized_client")));
    }

    [Test, Spec("RFC 9745", "2")]
    [Spec("RFC 8594", "3")]
    public async Task Its_end_is_announced_in_every_answer()
    {
        Answer[] answers =
        [
            await Client.PostJsonAsync(Path, Body("client_credentials")), await Client.PostJsonAsync(Path, "{"),
            await Client.GetAnswerAsync(Path)
        ];

        foreach (var answer in answers)
            Assert.That(
                (answer.Header("Deprecation"), answer.Header("Sunset")), Is.EqualTo(("@1798761600", "Fri, 31 Dec 2027 00:00:00 GMT")));
    }

    [TestCase("dialects: { oauth-v2: { enabled: false, sunset: 2027-12-31 } }")]
    [TestCase("")]
    [Spec("contracts/README.md", "5")]
    public async Task Off_it_answers_as_a_path_that_does_not_exist(string dialects)
    {
        await using var hub = await Hub.StartAsync(Parts.Apis + dialects, Kind);

        var off = await hub.Client.PostJsonAsync(Path, Body("client_credentials"));
        var nowhere = await hub.Client.PostJsonAsync("/oauth/v9/token", Body("client_credentials"));

        Assert.That((off.Status, off.Body), Is.EqualTo((404, "")));
        Assert.That(off.Headers.Keys, Is.EquivalentTo(nowhere.Headers.Keys));
    }

    private static string Body(string grantType, params (string Name, string? Value)[] more)
    {
        var members = new Dictionary<string, string?>
        {
            ["grant_type"] = grantType,
            ["client_id"] = "app",
            ["client_secret"] = "app-secret",
        };
        foreach (var (name, value) in more)
            members[name] = value;
        return System.Text.Json.JsonSerializer.Serialize(members);
    }
}
