using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.ClientAccounts;

/// <summary>The examples of the contract, byte for byte, in the order in which an account lives.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/service-user-and-client-accounts.md", "Client accounts")]
public partial class ClientAccountContractTests(DatabaseKind kind)
{
    private const string ExamplePath = "/v1/client/80491f93-1eb1-42c2-b5e1-d2e94dac5ab9";

    [Test]
    public async Task An_account_is_made_signed_in_changed_and_erased_as_the_examples_say()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);
        var api = await hub.Client.ApiTokenAsync();

        var signUp = await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, Golden.Read("signup.request.json"), api);
        AssertGolden(signUp, 200, "signup");
        AssertGolden(
            await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, Golden.Read("signup.request.json"), api), 409, "conflict");
        AssertGolden(
            await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, Golden.Read("login.request.json"), api), 200,
            "login");

        var token = signUp["client_token"]!;
        var other = await hub.Client.AccountAsync(api);
        AssertGolden(
            await hub.Client.CallAsync(HttpMethod.Put, ExamplePath, Golden.Read("unknown-field.request.json"), api, token), 400,
            "unknown-field");
        AssertGolden(
            await hub.Client.CallAsync(HttpMethod.Put, ExamplePath, Golden.Read("change.request.json"), api, other.ClientToken), 403,
            "other-account");
        AssertGolden(
            await hub.Client.CallAsync(
                HttpMethod.Put, "/v1/client/99999999-9999-4999-8999-999999999999", Golden.Read("change.request.json"), api, token),
            404,
            "unknown-account");
        AssertGolden(
            await hub.Client.CallAsync(HttpMethod.Put, ExamplePath, Golden.Read("change.request.json"), "no-token", token), 401,
            "invalid-token");

        var changed = await hub.Client.CallAsync(HttpMethod.Put, ExamplePath, Golden.Read("change.request.json"), api, token);
        Assert.That((changed.Status, changed.Body), Is.EqualTo((200, "")));
        AssertGolden(
            await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.AccountLoginPath, Golden.Read("changed-login.request.json"), api), 200,
            "changed-login");

        var erased = await hub.Client.CallAsync(HttpMethod.Delete, ExamplePath, Golden.Read("delete.request.json"), api, token);
        Assert.That((erased.Status, erased.Body), Is.EqualTo((204, "")));
        Assert.That(
            (await hub.Client.CallAsync(HttpMethod.Put, ExamplePath, "{}", api, other.ClientToken)).Codes(),
            Is.EqualTo(["errors.not-found"]));
    }

    [TestCase("application/json")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/json1")]
    [TestCase("text/plain")]
    [TestCase(null)]
    public async Task The_example_of_a_sign_up_works_under_every_media_type(string? mediaType)
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);

        var answer = await hub.Client.CallAsync(
            HttpMethod.Post, ServiceUsers.SignUpPath, Golden.Read("signup.request.json"), await hub.Client.ApiTokenAsync(),
            mediaType: mediaType);

        AssertGolden(answer, 200, "signup");
    }

    private static void AssertGolden(Answer answer, int status, string golden)
    {
        var body = Token().Replace(Id().Replace(answer.Body, "\"id\":\"ID\""), "\"client_token\":\"CLIENT_TOKEN\"");
        Assert.That((answer.Status, body), Is.EqualTo((status, Golden.Read($"{golden}.answer.json"))));
        Assert.That(
            (answer.Header("Content-Type"), answer.Header("Cache-Control"), answer.Header("RateLimit-Limit")),
            Is.EqualTo(("application/json", "no-store", "300")));
    }

    [GeneratedRegex("\"id\":\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"")]
    private static partial Regex Id();

    [GeneratedRegex("\"client_token\":\"iha_[A-Za-z0-9_-]{49}\"")]
    private static partial Regex Token();
}
