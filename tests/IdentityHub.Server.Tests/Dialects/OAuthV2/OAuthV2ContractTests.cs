using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.OAuthV2;

/// <summary>The examples of the contract, byte for byte.</summary>
[Spec("contracts/oauth-v2-and-otp.md", "POST /oauth/v2/token")]
public class OAuthV2ContractTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Path = "/oauth/v2/token";

    // The example of a refresh holds a token that no server can know; the one of the login takes its place.
    private const string ExampleRefreshToken = "NmI5ZGI3MzBmZjYwY2E1ZTlkYTM4MTJlMmI1Z";

    private const string Config =
        """
        clients:
          - { client_id: abc123, grant_types: [client_credentials, password, refresh_token], client_secrets: [{ value: "plain:456789" }], dialects: [oauth-v2] }
        users:
          - { id: 33333333-3333-4333-8333-333333333333, user_name: someone, email: someone@example.com, password: "plain:def56789" }
        dialects:
          oauth-v2: { enabled: true }
        """;

    // What curl --data, careless clients and careful ones send; null: no Content-Type at all.
    private static readonly string?[] MediaTypes =
    [
        "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "application/json1", "text/plain", null
    ];

    [TestCaseSource(nameof(MediaTypes))]
    public async Task The_example_of_client_credentials_works_under_every_media_type(string? mediaType)
    {
        var answer = await PostAsync(Golden.Read("client-credentials.request.json"), mediaType);

        Assert.That((answer.Status, Masked(answer)), Is.EqualTo((200, Golden.Read("client-credentials.answer.json"))));
        Assert.That(
            (answer.Header("Content-Type"), answer.Header("Cache-Control"), answer.Header("Pragma")),
            Is.EqualTo(("application/json", "no-store", "no-cache")));
    }

    [Test]
    public async Task The_examples_of_password_and_refresh_work_one_after_the_other()
    {
        var login = await PostAsync(Golden.Read("password.request.json"));
        var refresh = await PostAsync(
            Golden.Read("refresh-token.request.json").Replace(ExampleRefreshToken, login["refresh_token"], StringComparison.Ordinal));

        Assert.That((login.Status, Masked(login)), Is.EqualTo((200, Golden.Read("password.answer.json"))));
        Assert.That((refresh.Status, Masked(refresh)), Is.EqualTo((200, Golden.Read("refresh-token.answer.json"))));
        Assert.That(refresh["refresh_token"], Is.Not.EqualTo(login["refresh_token"]), "a refresh rotates");
        Assert.That(login["access_token"], Does.StartWith("iha_"), "access tokens are opaque");
    }

    [Test]
    public async Task The_example_of_a_refresh_verbatim_names_a_token_that_nobody_issued()
    {
        var answer = await PostAsync(Golden.Read("refresh-token.request.json"));

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_grant")));
    }

    private static string Masked(Answer answer)
    {
        var body = answer.Body.Replace(answer["access_token"]!, "ACCESS_TOKEN", StringComparison.Ordinal);
        return answer["refresh_token"] is { } refresh ? body.Replace(refresh, "REFRESH_TOKEN", StringComparison.Ordinal) : body;
    }

    private Task<Answer> PostAsync(string body, string? mediaType = "application/json") =>
        Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, Path).WithJson(body, mediaType));
}
