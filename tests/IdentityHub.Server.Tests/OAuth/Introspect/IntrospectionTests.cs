using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Introspect;

[Spec("RFC 7662", "2")]
public class IntrospectionTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }], scope: orders.read orders.write lonely }
          - { client_id: opaque, grant_types: [client_credentials], client_secrets: [{ value: "plain:opaque-secret" }], scope: orders.read orders.write lonely, access_token_format: reference }
          - { client_id: app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], scope: openid orders.read contact }
          - { client_id: opaque-app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:opaque-app-secret" }], scope: openid orders.read contact, access_token_format: reference }
          - { client_id: stranger, grant_types: [client_credentials], client_secrets: [{ value: "plain:stranger-secret" }] }
          - { client_id: public, token_endpoint_auth_method: none, grant_types: [password] }
        """;

    private const string Inactive = """{"active":false}""";

    [TestCase("machine")]
    [TestCase("opaque")]
    public async Task A_client_sees_its_own_token(string clientId)
    {
        var answer = await Client.IntrospectAsync(clientId, (await Client.MachineAsync(clientId, "orders.read"))["access_token"]);
        var now = FakeTime.Start.ToUnixTimeSeconds();

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer["active"], answer["iss"]), Is.EqualTo((200, "true", Installation.Issuer)));
            Assert.That(
                (answer["client_id"], answer["sub"], answer["scope"], answer["aud"], answer["token_type"]),
                Is.EqualTo((clientId, clientId, "orders.read", "orders", "Bearer")));
            Assert.That((answer["iat"], answer["exp"]), Is.EqualTo(($"{now}", $"{now + 3600}")));
            Assert.That((answer.Header("Cache-Control"), answer.Header("Content-Type")), Is.EqualTo(("no-store", "application/json")));
        });
    }

    [TestCase("app")]
    [TestCase("opaque-app")]
    public async Task A_token_of_a_user_names_user_session_and_the_claims_of_its_scopes(string clientId)
    {
        var answer = await Client.IntrospectAsync(clientId, (await Client.LoginAsync(clientId, scope: "openid contact"))["access_token"]);

        Assert.Multiple(() =>
        {
            Assert.That((answer["sub"], answer["username"], answer["client_id"]), Is.EqualTo((Parts.AliceId, "alice", clientId)));
            Assert.That(Guid.TryParse(answer["sid"], out _), Is.True);
            Assert.That((answer["email"], answer["phone_number"]), Is.EqualTo(("alice@example.com", "+27761234567")));
        });
    }

    [TestCase("machine")]
    [TestCase("opaque")]
    public async Task An_API_sees_the_tokens_of_its_audience_and_of_no_other(string clientId)
    {
        var forOrders = (await Client.MachineAsync(clientId, "orders.read"))["access_token"];
        var forBoth = (await Client.MachineAsync(clientId, "orders.write"))["access_token"];
        var forNone = (await Client.MachineAsync(clientId, "lonely"))["access_token"];

        Assert.That((await Client.IntrospectAsync("orders", forOrders))["active"], Is.EqualTo("true"));
        Assert.That((await Client.IntrospectAsync("stock", forOrders)).Body, Is.EqualTo(Inactive));
        Assert.That(
            (await Client.IntrospectAsync(clientId, forBoth)).Json.GetProperty("aud").GetRawText(), Is.EqualTo("""["orders","stock"]"""));
        Assert.That((await Client.IntrospectAsync("orders", forBoth))["aud"], Is.EqualTo("orders"));
        Assert.That((await Client.IntrospectAsync("stock", forBoth))["aud"], Is.EqualTo("stock"));
        Assert.That((await Client.IntrospectAsync("orders", forNone)).Body, Is.EqualTo(Inactive));
    }

    [TestCase("machine")]
    [TestCase("opaque")]
    [Spec("RFC 7662", "2.2")]
    public async Task An_API_learns_nothing_of_what_the_token_is_good_for_elsewhere(string clientId)
    {
        var token = (await Client.MachineAsync(clientId, "orders.read orders.write lonely"))["access_token"];

        Assert.That((await Client.IntrospectAsync(clientId, token))["scope"], Is.EqualTo("orders.read orders.write lonely"));
        Assert.That((await Client.IntrospectAsync("orders", token))["scope"], Is.EqualTo("orders.read orders.write"));
        Assert.That((await Client.IntrospectAsync("stock", token))["scope"], Is.EqualTo("orders.write"));
    }

    [TestCase("app")]
    [TestCase("opaque-app")]
    [Spec("ASSURANCE", "P8")]
    public async Task P8_To_everybody_else_every_token_is_exactly_inactive(string clientId)
    {
        var login = await Client.LoginAsync(clientId);

        foreach (var caller in new[] { "stranger", "stock" })
        {
            foreach (var token in new[] { login["access_token"], login["refresh_token"] })
            {
                var answer = await Client.IntrospectAsync(caller, token);
                Assert.That((answer.Status, answer.Body), Is.EqualTo((200, Inactive)), caller);
            }
        }
    }

    [Test]
    public async Task A_client_sees_its_own_refresh_token_until_it_is_used()
    {
        var login = await Client.LoginAsync("app");
        var before = await Client.IntrospectAsync("app", login["refresh_token"]);

        await Client.RefreshAsync("app", login["refresh_token"]);
        var after = await Client.IntrospectAsync("app", login["refresh_token"]);

        Assert.That((before["active"], before["sub"], before["token_type"]), Is.EqualTo(("true", Parts.AliceId, (string?)null)));
        Assert.That(after.Body, Is.EqualTo(Inactive));
    }

    [TestCase("app")]
    [TestCase("opaque-app")]
    [Spec("ASSURANCE", "S3")]
    public async Task The_tokens_of_a_user_who_is_no_longer_admitted_are_inactive(string clientId)
    {
        var user = await Hub.AddUserAsync();
        var login = await Client.LoginAsync(clientId, user.UserName!, HubUsers.Password);
        Assert.That(await Client.IsActiveAsync(clientId, login["access_token"]), Is.True);

        await Hub.ChangeUserAsync(user.Id, changed => changed.DisabledAt = FakeTime.Start);
        await AssertDeadAsync();
        await Hub.ChangeUserAsync(user.Id, changed => (changed.DisabledAt, changed.LockoutEnd) = (null, FakeTime.Start.AddHours(1)));
        await AssertDeadAsync();
        await Hub.ChangeUserAsync(user.Id, changed => (changed.LockoutEnd, changed.OrganizationId) = (null, "closed"));
        await AssertDeadAsync();

        async Task AssertDeadAsync()
        {
            foreach (var token in new[] { login["access_token"], login["refresh_token"] })
                Assert.That((await Client.IntrospectAsync(clientId, token)).Body, Is.EqualTo(Inactive));
        }
    }

    [TestCase("app")]
    [TestCase("opaque-app")]
    public async Task The_tokens_of_a_session_that_was_ended_or_removed_are_inactive(string clientId)
    {
        var ended = await Client.LoginAsync(clientId);
        var removed = await Client.LoginAsync(clientId);

        var (toEnd, toRemove) = (await SessionOfAsync(ended), await SessionOfAsync(removed));

        await using (var context = Hub.NewContext())
        {
            context.Sessions.Single(session => session.Id == toEnd).EndedAt = FakeTime.Start;
            context.Remove(context.Sessions.Single(session => session.Id == toRemove));
            await context.SaveChangesAsync();
        }

        foreach (var dead in new[] { ended, removed })
        {
            Assert.That(await Client.IsActiveAsync(clientId, dead["access_token"]), Is.False);
            Assert.That((await Client.RefreshAsync(clientId, dead["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        }

        async Task<Guid> SessionOfAsync(Answer login) =>
            Guid.Parse((await Client.IntrospectAsync(clientId, login["access_token"]))["sid"]!);
    }

    [TestCase("machine")]
    [TestCase("opaque")]
    public async Task A_token_dies_on_the_second(string clientId)
    {
        await using var hub = await StartHubAsync();
        var token = (await hub.Client.MachineAsync(clientId))["access_token"];

        hub.Time.Advance(TimeSpan.FromSeconds(3599));
        Assert.That(await hub.Client.IsActiveAsync(clientId, token), Is.True);
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await hub.Client.IntrospectAsync(clientId, token)).Body, Is.EqualTo(Inactive));
    }

    [TestCase("machine")]
    [TestCase("opaque")]
    [Spec("ASSURANCE", "C7")]
    public async Task A_token_that_was_changed_is_inactive(string clientId)
    {
        var token = (await Client.MachineAsync(clientId))["access_token"]!;

        foreach (var changed in new[]
            {
                token + "A", token[..^1], token[1..], token[..^2] + (token[^2] == 'A' ? 'B' : 'A') + token[^1], "", "x",
                new string('x', 15_000), token.ToUpperInvariant(),
            })
        {
            if (changed.Length > 0)
                Assert.That(
                    (await Client.IntrospectAsync(clientId, changed)).Body, Is.EqualTo(Inactive), changed.Length.ToString("D", null));
        }
    }

    [Test, Spec("RFC 7662", "2.1")]
    public async Task A_caller_who_proves_nothing_is_refused()
    {
        var token = (await Client.MachineAsync("machine"))["access_token"]!;
        Answer[] answers =
        [
            await Client.PostFormAsync("/connect/introspect", ("token", token)),
            await Client.PostFormAsync("/connect/introspect", ("token", token), ("client_id", "public")),
            await Client.PostFormAsync("/connect/introspect", ("token", token), ("client_id", "machine"), ("client_secret", "wrong")),
            await Client.AnswerAsync(
                new HttpRequestMessage(HttpMethod.Post, "/connect/introspect").WithForm(("token", token)).WithBearer(token)),
        ];

        foreach (var answer in answers)
            Assert.That(
                (answer.Status, answer["error"], answer["active"]), Is.EqualTo((401, "invalid_client", (string?)null)), answer.ToString());
    }

    [Test]
    public async Task A_request_without_a_token_is_incomplete()
    {
        var answer = await Client.PostFormAsync("/connect/introspect", ("client_id", "machine"), ("client_secret", "machine-secret"));

        Assert.That((answer.Status, answer["error"]), Is.EqualTo((400, "invalid_request")));
    }
}
