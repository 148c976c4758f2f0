using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.ClientAccounts;

public class ClientAccountTests(DatabaseKind kind) : HubFixture(kind, ServiceUsers.Config)
{
    private string _api = "";

    [OneTimeSetUp]
    public async Task FetchApiTokenAsync() => _api = await Client.ApiTokenAsync();

    [Test]
    public async Task An_account_logs_in_through_the_other_endpoints_at_once_by_address_and_by_number()
    {
        var account = await Client.AccountAsync(_api, ""","phone_number":"+27760000001" """);

        foreach (var name in new[] { account.Email, account.Email.ToUpperInvariant(), "+27760000001" })
            Assert.That((await Client.LoginAsync("app", name, account.Password, "openid")).Status, Is.EqualTo(200), name);
        var profile = await Client.GetAnswerAsync(
            "/connect/userinfo", (await Client.LoginAsync("app", account.Email, account.Password, "openid profile email"))["access_token"]);
        Assert.That(
            (profile["sub"], profile["name"], profile["email"], profile["email_verified"]),
            Is.EqualTo((account.Id.ToString(), "Ann Other", account.Email, "false")));
    }

    [Test, Spec("contracts/README.md", "2")]
    public async Task The_client_token_is_an_access_token_of_the_hub_that_lives_and_dies_with_its_session()
    {
        var account = await Client.AccountAsync(_api);

        var known = await Client.IntrospectAsync("client-api", account.ClientToken);
        Assert.That(
            (known["active"], known["client_id"], known["sub"], known["aud"]),
            Is.EqualTo(("true", "client-accounts", account.Id.ToString(), "client-api")));
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", account.ClientToken))["email"], Is.EqualTo(account.Email));
        await using var context = Hub.NewContext();
        var session = await context.Sessions.SingleAsync(session => session.UserId == account.Id);
        Assert.That((session.Endpoint, session.ClientId), Is.EqualTo(("v1/client/signup", "client-accounts")));

        await context
            .Sessions.Where(row => row.Id == session.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, FakeTime.Start));
        Assert.That((await Client.IntrospectAsync("client-api", account.ClientToken))["active"], Is.EqualTo("false"));
        Assert.That(
            (await Client.CallAsync(HttpMethod.Put, account.Path, "{}", _api, account.ClientToken)).Codes(),
            Is.EqualTo(["errors.auth.invalid"]));
    }

    [Test]
    public async Task A_client_token_of_another_kind_is_refused()
    {
        var account = await Client.AccountAsync(_api);
        var elsewhere = (await Client.LoginAsync("app", account.Email, account.Password, "openid"))["access_token"];

        foreach (var token in new[] { null, "", "x", _api, elsewhere, account.ClientToken + "A", account.ClientToken[..^1] })
        {
            foreach (var method in new[] { HttpMethod.Put, HttpMethod.Delete })
                Assert.That(
                    (await Client.CallAsync(method, account.Path, "{}", _api, token)).Codes(), Is.EqualTo(["errors.auth.invalid"]), token);
        }
    }

    [Test, Spec("RFC 7396", "2")]
    public async Task A_change_leaves_what_is_absent_and_clears_what_is_null()
    {
        var account = await Client.AccountAsync(_api, ""","phone_number":"+27760000002","custom_data":{"a":1,"b":{"c":"x","d":true}}""");

        await ChangeAsync(account, """{"custom_data":{"a":null,"b":{"c":"y"},"e":1.50}}""");
        var merged = await Client.AccountLoginAsync(_api, account);
        Assert.That((merged["phone_number"], merged["custom_data"]), Is.EqualTo(("+27760000002", """{"b":{"d":true,"c":"y"},"e":1.50}""")));

        await ChangeAsync(account, """{"phone_number":null,"custom_data":null,"name":{"first_name":"Bea"}}""");
        var cleared = await Client.AccountLoginAsync(_api, account);
        Assert.That(cleared.Json.GetProperty("phone_number").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(cleared.Json.GetProperty("custom_data").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((cleared["name"], cleared["email"]), Is.EqualTo(("""{"first_name":"Bea","last_name":"Other"}""", account.Email)));
    }

    [TestCase("""{"email":null}""", "object.email")]
    [TestCase("""{"password":null}""", "object.password")]
    [TestCase("""{"name":null}""", "object.name")]
    [TestCase("""{"name":{"last_name":null}}""", "object.name.last_name")]
    public async Task What_is_required_cannot_be_cleared(string patch, string source)
    {
        var account = await Client.AccountAsync(_api);

        var answer = await Client.CallAsync(HttpMethod.Put, account.Path, patch, _api, account.ClientToken);

        Assert.That(
            (answer.Status, answer.Codes().Single(), answer.Sources().Single()),
            Is.EqualTo((400, "errors.validation.field.value", source)));
    }

    [Test]
    public async Task What_was_confirmed_stays_so_only_while_it_is_the_same()
    {
        var account = await Client.AccountAsync(_api, ""","phone_number":"+27760000003" """);
        await Hub.ChangeUserAsync(account.Id, user => (user.EmailConfirmed, user.PhoneNumberConfirmed) = (true, true));

        await ChangeAsync(account, $$$"""{"email":"{{{account.Email.ToUpperInvariant()}}}","name":{"first_name":"Bea"}}""");
        var same = await Hub.ReadUserAsync(account.Id);
        await ChangeAsync(account, $$"""{"email":"new-{{account.Email}}","phone_number":"+27760000004"}""");
        var other = await Hub.ReadUserAsync(account.Id);

        Assert.That((same.EmailConfirmed, same.PhoneNumberConfirmed), Is.EqualTo((true, true)));
        Assert.That((other.EmailConfirmed, other.PhoneNumberConfirmed), Is.EqualTo((false, false)));
    }

    [Test, Spec("ASSURANCE", "S3")]
    public async Task S3_With_a_new_password_every_session_of_the_account_ends_but_the_one_that_changed_it()
    {
        var account = await Client.AccountAsync(_api);
        var elsewhere = await Client.LoginAsync("app", account.Email, account.Password, "openid");
        var second = await Client.AccountLoginAsync(_api, account);

        await ChangeAsync(account, """{"password":"Another-Pass-2"}""");

        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", elsewhere["access_token"])).Status, Is.EqualTo(401));
        Assert.That((await Client.RefreshAsync("app", elsewhere["refresh_token"])).Status, Is.EqualTo(400));
        Assert.That((await Client.IntrospectAsync("client-api", second["client_token"]))["active"], Is.EqualTo("false"));
        Assert.That((await Client.IntrospectAsync("client-api", account.ClientToken))["active"], Is.EqualTo("true"));
        Assert.That((await Client.AccountLoginAsync(_api, account)).Codes(), Is.EqualTo(["errors.login.failed"]));
        Assert.That((await Client.AccountLoginAsync(_api, account, "Another-Pass-2")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_id_an_address_and_a_number_belong_to_one_account()
    {
        var first = await Client.AccountAsync(_api, ""","phone_number":"+27760000005" """);
        var second = await Client.AccountAsync(_api);
        var id = Guid.NewGuid();
        (string Body, int Status, string Code, string Source)[] taken =
        [
            (first.SignUp(), 409, "errors.conflict.id errors.conflict.email", "object.user_id object.email"),
            ((second with { Id = id, Email = first.Email.ToUpperInvariant() }).SignUp(), 409, "errors.conflict.email", "object.email"),
            ((second with { Id = first.Id, Email = $"{id:N}@client.test" }).SignUp(), 409, "errors.conflict.id", "object.user_id"),
            ((second with { Id = id, Email = $"{id:N}@client.test" }).SignUp(""","phone_number":"+27760000005" """), 400,
                "errors.validation.field.value", "object.phone_number"),
            ((second with { Id = id, Email = "alice@example.com" }).SignUp(), 409, "errors.conflict.email", "object.email"),
            ((second with { Id = id, Email = $"{id:N}@client.test" }).SignUp(""","phone_number":"+27761234567" """), 400,
                "errors.validation.field.value", "object.phone_number"),
        ];

        foreach (var (body, status, code, source) in taken)
        {
            var answer = await Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, body, _api);
            Assert.That(
                (answer.Status, string.Join(' ', answer.Codes()), string.Join(' ', answer.Sources())), Is.EqualTo((status, code, source)),
                answer.ToString());
        }

        foreach (var (patch, status, code) in new[]
            {
                ($$"""{"email":"{{first.Email}}"}""", 409, "errors.conflict.email"),
                ("""{"phone_number":"+27760000005"}""", 400, "errors.validation.field.value"),
            })
        {
            var answer = await Client.CallAsync(HttpMethod.Put, second.Path, patch, _api, second.ClientToken);
            Assert.That((answer.Status, answer.Codes().Single()), Is.EqualTo((status, code)), answer.ToString());
        }
    }

    [Test, Spec("ASSURANCE", "I8")]
    public async Task I8_Case_width_and_look_alike_letters_of_one_address_make_no_second_account()
    {
        var id = Guid.NewGuid();
        var account = new TestAccount(id, $"kim-{id:N}@client.test", "Account-Pass-1", "");
        Assert.That((await Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp(), _api)).Status, Is.EqualTo(200));

        // Upper case, the Kelvin sign, full width.
        foreach (var first in new[] { "KIM", "\u212Aim", "\uFF4B\uFF49\uFF4D" })
        {
            var answer = await Client.CallAsync(
                HttpMethod.Post, ServiceUsers.SignUpPath,
                (account with { Id = Guid.NewGuid(), Email = $"{first}-{id:N}@client.test" }).SignUp(), _api);
            Assert.That(answer.Codes(), Is.EqualTo(["errors.conflict.email"]), first);
        }
    }

    [Test, Spec("ASSURANCE", "I7")]
    public async Task I7_No_role_flag_organization_or_scope_can_be_set_from_a_body()
    {
        var account = await Client.AccountAsync(_api);
        string[] names =
        [
            "roles", "role", "r", "is_admin", "admin", "email_verified", "email_confirmed", "phone_number_verified", "organization",
            "org_id", "scope", "password_hash", "security_stamp", "disabled_at", "user_name", "id"
        ];

        foreach (var name in names)
        {
            var fresh = new TestAccount(Guid.NewGuid(), $"{Guid.NewGuid():N}@client.test", "Account-Pass-1", "");
            Answer[] answers =
            [
                await Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, fresh.SignUp($",\"{name}\":\"admin\""), _api),
                await Client.CallAsync(HttpMethod.Put, account.Path, $$"""{"{{name}}":"admin"}""", _api, account.ClientToken),
                await Client.CallAsync(
                    HttpMethod.Post, ServiceUsers.AccountLoginPath,
                    $$"""{"email":"{{account.Email}}","password":"{{account.Password}}","{{name}}":"admin"}""", _api),
                await Client.CallAsync(HttpMethod.Delete, account.Path, $$"""{"{{name}}":"admin"}""", _api, account.ClientToken),
            ];
            foreach (var answer in answers)
                Assert.That(
                    (answer.Status, answer.Codes().Single(), answer.Sources().Single()),
                    Is.EqualTo((400, "errors.validation.field.value", $"object.{name}")));
        }

        Assert.That(
            (await Client.CallAsync(
                    HttpMethod.Put, account.Path, """{"user_id":"80491f93-1eb1-42c2-b5e1-d2e94dac5ab9"}""", _api, account.ClientToken)
            ).Status,
            Is.EqualTo(400));
    }

    [Test]
    public async Task Users_of_other_endpoints_are_no_client_accounts()
    {
        var alice = new TestAccount(Guid.Parse(Parts.AliceId), "alice@example.com", TokenRequests.AlicePassword, "");

        var right = await Client.AccountLoginAsync(_api, alice);
        var wrong = await Client.AccountLoginAsync(_api, alice, "wrong");

        Assert.That((right.Status, right.Codes().Single()), Is.EqualTo((401, "errors.login.failed")));
        Assert.That(right.Body.Length, Is.EqualTo(wrong.Body.Length));
    }

    [TestCase("password", 400)]
    [TestCase("PASSWORD1", 400)]
    [TestCase("ｐａｓｓｗｏｒｄ１", 400, Description = "full width")]
    [TestCase("1234567", 400)]
    [TestCase("new_client", 200)]
    [TestCase("aaaabbbb", 200, Description = "no composition rules")]
    public async Task A_password_is_long_enough_and_not_one_of_the_most_common(string password, int status)
    {
        var account = new TestAccount(Guid.NewGuid(), $"{Guid.NewGuid():N}@client.test", password, "");

        var answer = await Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp(), _api);

        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
        if (status == 400)
            Assert.That(answer.Sources(), Is.EqualTo(["object.password"]));
    }

    private async Task ChangeAsync(TestAccount account, string patch)
    {
        var answer = await Client.CallAsync(HttpMethod.Put, account.Path, patch, _api, account.ClientToken);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }
}
