using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.UserInfo;

[Spec("OpenID Connect Core", "5.3")]
public class UserInfoTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = CodeFlow.Config +
        """
          - { client_id: legacy, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:legacy-secret" }], scope: openid profile email phone address contact orders.read }
          - { client_id: opaque, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:opaque-secret" }], scope: openid profile email, access_token_format: reference }
        """;

    private const string Path = "/connect/userinfo";

    [TestCase("legacy")]
    [TestCase("opaque")]
    public async Task The_token_may_come_in_the_header_of_a_GET_or_POST_or_in_the_form(string clientId)
    {
        var token = (await Client.LoginAsync(clientId, scope: "openid"))["access_token"]!;
        Answer[] answers =
        [
            await Client.GetAnswerAsync(Path, token),
            await Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, Path).WithBearer(token)),
            await Client.PostFormAsync(Path, ("access_token", token)),
        ];

        foreach (var answer in answers)
        {
            Assert.That((answer.Status, answer.Body), Is.EqualTo((200, $$"""{"sub":"{{Parts.AliceId}}"}""")));
            Assert.That((answer.Header("Cache-Control"), answer.Header("Content-Type")), Is.EqualTo(("no-store", "application/json")));
        }
    }

    [TestCase("openid", "sub")]
    [TestCase("openid profile", "sub name given_name family_name preferred_username updated_at")]
    [TestCase("openid email", "sub email email_verified")]
    [TestCase("openid phone", "sub phone_number phone_number_verified")]
    [TestCase("openid address", "sub address")]
    [TestCase("openid contact", "sub email phone_number", Description = "a scope of the configuration")]
    [TestCase("openid email contact", "sub email email_verified phone_number", Description = "each claim once")]
    [Spec("OpenID Connect Core", "5.4")]
    public async Task Each_scope_brings_its_claims(string scope, string claims)
    {
        var answer = await Client.GetAnswerAsync(Path, (await Client.LoginAsync("legacy", scope: scope))["access_token"]);

        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(claims.Split(' ')));
    }

    [Test, Spec("OpenID Connect Core", "5.1")]
    public async Task Claims_have_the_types_of_the_specification()
    {
        var answer = await Client.GetAnswerAsync(
            Path, (await Client.LoginAsync("legacy", scope: "openid profile email phone"))["access_token"]);

        Assert.Multiple(() =>
        {
            Assert.That(
                (answer["name"], answer["given_name"], answer["preferred_username"]), Is.EqualTo(("Alice Archer", "Alice", "alice")));
            Assert.That(answer.Json.GetProperty("email_verified").GetBoolean(), Is.True);
            Assert.That(answer.Json.GetProperty("phone_number_verified").GetBoolean(), Is.True);
            Assert.That(answer.Json.GetProperty("updated_at").GetInt64(), Is.EqualTo(FakeTime.Start.ToUnixTimeSeconds()));
        });
    }

    [Test, Spec("OpenID Connect Core", "5.1.1")]
    public async Task An_address_is_an_object_of_what_is_known()
    {
        var answer = await Client.GetAnswerAsync(Path, (await Client.LoginAsync("legacy", scope: "openid address"))["access_token"]);

        Assert.That(
            answer["address"],
            Is.EqualTo(
                """{"formatted":"12 Long Street\n8001 Cape Town\nSouth Africa","street_address":"12 Long Street","locality":"Cape Town","postal_code":"8001","country":"South Africa"}"""));
    }

    [Test, Spec("OpenID Connect Core", "5.3.2")]
    public async Task What_a_user_does_not_have_is_left_out()
    {
        var user = await Hub.AddUserAsync();

        var answer = await Client.GetAnswerAsync(
            Path,
            (await Client.LoginAsync("legacy", user.UserName!, HubUsers.Password, "openid profile email phone address"))["access_token"]);

        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(["sub", "preferred_username", "updated_at"]));
    }

    [TestCase("web", "openid")]
    [TestCase("elliptic", "openid", Description = "an opaque token")]
    [Spec("OpenID Connect Core", "5.5")]
    public async Task Claims_that_were_asked_for_by_name_are_there_and_stay_there(string clientId, string scope)
    {
        var tokens = await Client.TokensAsync(
            clientId,
            ("scope", scope),
            ("claims",
                """{"userinfo":{"address":{"essential":true},"given_name":null,"nickname":null,"acr":null},"id_token":{"address":null,"given_name":null}}"""));

        // The client elliptic may not see addresses, by whatever name it asks.
        string[] names = clientId == "web" ? ["address", "given_name"] : ["given_name"];
        foreach (var answer in new[]
                 {
                     await Client.GetAnswerAsync(Path, tokens["access_token"]),
                     await Client.PostFormAsync(Path, ("access_token", tokens["access_token"]!)),
                 })
            Assert.That(
                answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo((string[])["sub", .. names]), answer.ToString());

        var idToken = new JsonWebToken(tokens["id_token"]);
        Assert.That(names.Where(name => idToken.TryGetPayloadValue<object>(name, out _)), Is.EqualTo(names));
        Assert.That(
            idToken.TryGetPayloadValue<JsonElement>("address", out var address) ? address.GetProperty("locality").GetString() : null,
            Is.EqualTo(clientId == "web" ? "Cape Town" : null));
    }

    [Test, Spec("OpenID Connect Core", "5.5")]
    public async Task After_a_refresh_the_claims_that_were_asked_for_by_name_are_still_there()
    {
        var tokens = await Client.TokensAsync(
            "web", ("scope", "openid offline_access"),
            ("claims", """{"userinfo":{"phone_number":null},"id_token":{"email":null,"name":null}}"""));
        for (var i = 0; i < 2; i++)
        {
            tokens = await Client.RefreshAsync("web", tokens["refresh_token"], i == 0 ? null : "openid");
            var idToken = new JsonWebToken(tokens["id_token"]);

            Assert.That((await Client.GetAnswerAsync(Path, tokens["access_token"]))["phone_number"], Is.EqualTo("+27761234567"));
            Assert.That(
                (idToken.GetClaim("email").Value, idToken.GetClaim("name").Value), Is.EqualTo(("alice@example.com", "Alice Archer")));
        }
    }

    [Test, Spec("RFC 6750", "3.1")]
    public async Task Without_a_token_the_answer_names_the_scheme_and_no_error()
    {
        foreach (var answer in new[]
            {
                await Client.GetAnswerAsync(Path), await Client.PostFormAsync(Path), await Client.GetAnswerAsync(Path + "?access_token=x"),
            })
        {
            Assert.That(answer.Status, Is.EqualTo(401));
            Assert.That(answer.Header("WWW-Authenticate"), Is.EqualTo("Bearer realm=\"IdentityHub\""));
        }
    }

    [Test, Spec("RFC 6750", "2")]
    public async Task A_token_in_the_header_and_in_the_form_is_refused()
    {
        var token = (await Client.LoginAsync("legacy"))["access_token"]!;

        var answer = await Client.AnswerAsync(
            new HttpRequestMessage(HttpMethod.Post, Path).WithForm(("access_token", token)).WithBearer(token));

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")));
    }

    [Test, Spec("RFC 6750", "3.1")]
    public async Task A_token_without_openid_has_too_little_scope()
    {
        var answer = await Client.GetAnswerAsync(Path, (await Client.LoginAsync("legacy", scope: "email"))["access_token"]);

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((403, "insufficient_scope")));
        Assert.That(answer.Header("WWW-Authenticate"), Does.Contain("error=\"insufficient_scope\""));
    }

    [Test]
    public async Task A_token_of_a_client_of_its_own_a_refresh_token_and_no_token_at_all_are_refused()
    {
        var machine = (await Client.MachineAsync("machine"))["access_token"];
        var refresh = (await Client.LoginAsync("legacy"))["refresh_token"];

        foreach (var token in new[] { machine, refresh, "x", "iha_" + new string('A', 49), new string('x', 12_000) })
            AssertInvalid(await Client.GetAnswerAsync(Path, token));
    }

    [TestCase("legacy")]
    [TestCase("opaque")]
    [Spec("ASSURANCE", "C7")]
    public async Task C7_A_token_lengthened_or_shortened_by_one_character_is_refused(string clientId)
    {
        var token = (await Client.LoginAsync(clientId))["access_token"]!;

        foreach (var changed in new[] { token + "A", token[..^1], token[1..], "A" + token })
            AssertInvalid(await Client.GetAnswerAsync(Path, changed));
        Assert.That((await Client.GetAnswerAsync(Path, token)).Status, Is.EqualTo(200));
    }

    [TestCase("legacy")]
    [TestCase("opaque")]
    public async Task The_token_of_a_user_who_was_disabled_is_refused(string clientId)
    {
        var user = await Hub.AddUserAsync();
        var token = (await Client.LoginAsync(clientId, user.UserName!, HubUsers.Password))["access_token"];
        Assert.That((await Client.GetAnswerAsync(Path, token)).Status, Is.EqualTo(200));

        await Hub.ChangeUserAsync(user.Id, changed => changed.DisabledAt = FakeTime.Start);

        AssertInvalid(await Client.GetAnswerAsync(Path, token));
    }

    [TestCase("legacy")]
    [TestCase("opaque")]
    public async Task A_token_that_has_expired_is_refused(string clientId)
    {
        await using var hub = await StartHubAsync();
        var token = (await hub.Client.LoginAsync(clientId))["access_token"];

        hub.Time.Advance(TimeSpan.FromHours(1));

        AssertInvalid(await hub.Client.GetAnswerAsync(Path, token));
    }

    private static void AssertInvalid(Answer answer)
    {
        Assert.That((answer.Status, answer["error"]), Is.EqualTo((401, "invalid_token")), answer.ToString());
        Assert.That(answer.Header("WWW-Authenticate"), Does.Contain("error=\"invalid_token\""));
    }
}
