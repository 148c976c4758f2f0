using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

/// <summary>A customer-signed token for an ordinary access token.</summary>
[Spec("RFC 7523", "2.1")]
[Spec("contracts/open-endpoints.md", "For apps that move on")]
public class JwtBearerGrantTests(DatabaseKind kind) : HubFixture(kind, Tenants.Config)
{
    [OneTimeSetUp]
    public async Task MakeUsersAsync()
    {
        await Client.TenantUserAsync("ann", "Ann");
        await Client.TenantUserAsync("ann", "Other", key: Tenants.OtherKey, tenant: "other");
    }

    [TestCase("referrals")]
    [TestCase("opaque")]
    public async Task The_token_is_an_ordinary_one_that_introspection_userinfo_and_revocation_know(string clientId)
    {
        var answer = await Client.ExchangeAsync(Hub.ReadToken("ann"), clientId, "openid profile");
        var token = answer["access_token"]!;
        var user = (await Hub.TenantUserOfAsync("ann")).ToString();

        Assert.That(
            (answer.Status, answer["token_type"], answer["scope"]), Is.EqualTo((200, "Bearer", "openid profile")), answer.ToString());
        var info = await Client.GetAnswerAsync("/connect/userinfo", token);
        Assert.That(
            (info["sub"], info["given_name"], info["family_name"], info["email"]), Is.EqualTo((user, "Ann", "Testerson", (string?)null)));
        var introspected = await Client.IntrospectAsync(clientId, token);
        Assert.That(
            (introspected["active"], introspected["sub"], introspected["client_id"]), Is.EqualTo(("true", user, clientId)),
            introspected.ToString());

        Assert.That((await Client.RevokeAsync(clientId, token)).Status, Is.EqualTo(200));
        Assert.That(await Client.IsActiveAsync(clientId, token), Is.False);
        Assert.That((await Client.GetAnswerAsync("/connect/userinfo", token)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_client_that_may_refresh_gets_a_refresh_token_and_the_session_is_the_users()
    {
        var answer = await Client.ExchangeAsync(Hub.WriteToken("ann"));
        var refreshed = await Client.RefreshAsync("referrals", answer["refresh_token"]);

        Assert.That(refreshed.Status, Is.EqualTo(200), refreshed.ToString());
        await using var context = Hub.NewContext();
        var user = await Hub.TenantUserOfAsync("ann");
        Assert.That(
            context.Sessions.Where(session => session.UserId == user).Select(session => session.AuthenticationMethods).Distinct(),
            Is.EqualTo(["jwt"]));
    }

    [TestCase(null, null, 0)]
    [TestCase(null, 120, 120)]
    [TestCase(600, 120, 600)]
    [TestCase(60, 120, 120)]
    [TestCase(null, -20, 0, Description = "the clock of the tenant is ahead")]
    [Spec("OpenID Connect Core", "2")]
    public async Task The_login_is_as_old_as_the_token_says_and_not_as_young_as_its_presentation(int? authAge, int? signedAge, int age)
    {
        var members = string.Concat(
            new[] { ("auth_time", authAge), ("iat", signedAge) }.Where(member => member.Item2 is not null)
                .Select(member => $",\"{member.Item1}\":{Hub.In(TimeSpan.FromSeconds(-member.Item2!.Value))}"));
        var answer = await Client.ExchangeAsync(
            Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{Hub.In(TimeSpan.FromMinutes(5))}}{{members}}}"""));

        Assert.That(
            new JsonWebToken(answer["access_token"]).GetPayloadValue<long>("auth_time"), Is.EqualTo(Hub.In(TimeSpan.FromSeconds(-age))),
            answer.ToString());
    }

    [TestCase("")]
    [TestCase(",\"jti\":\"of-the-year-1\"")]
    public async Task A_token_that_says_it_is_as_old_as_time_is_an_old_login_and_no_fault(string more)
    {
        var answer = await Client.ExchangeAsync(
            Tenants.Sign(
                $$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{Hub.In(TimeSpan.FromMinutes(5))}},"iat":-62135596800{{more}}}"""));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(new JsonWebToken(answer["access_token"]).GetPayloadValue<long>("auth_time"), Is.LessThanOrEqualTo(0));
    }

    [Test]
    public async Task Each_refusal_is_invalid_grant_in_the_same_words()
    {
        var exp = Hub.In(TimeSpan.FromMinutes(5));
        (string Assertion, string Why)[] cases =
        [
            ("x", "no JWT"), (Hub.ReadToken("ann", key: Tenants.OtherKey), "another tenant's key"),
            (Hub.ReadToken("nobody"), "an unknown user"), (Hub.ReadToken("ann", "acc-2"), "another account"),
            (Tenants.Sign("""{"user":{"id":"ann","accountId":"acc-1"}}"""), "no exp"),
            (Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{Hub.In(TimeSpan.FromSeconds(-60))}}}"""), "expired"),
            (Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{Hub.In(TimeSpan.FromDays(2))}}}"""), "too far ahead"),
            (
                Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{exp}},"aud":"https://elsewhere.test"}"""),
                "for somebody else"),
            (Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{exp}}}""", header: """{"alg":"none"}"""), "alg none"),
            (Tenants.Sign($$"""{"sub":"ann","exp":{{exp}}}"""), "no user"),
            .. new[]
            {
                "\"auth_time\":\"today\"", "\"auth_time\":null", $"\"auth_time\":{Hub.Time.GetUtcNow().ToUnixTimeMilliseconds()}",
                $"\"auth_time\":{Hub.In(TimeSpan.FromMinutes(1))}", "\"iat\":\"today\"",
                $"\"iat\":{Hub.Time.GetUtcNow().ToUnixTimeMilliseconds()}",
            }.Select(time => (Tenants.Sign($$"""{"user":{"id":"ann","accountId":"acc-1"},"exp":{{exp}},{{time}}}"""), time)),
        ];
        foreach (var (assertion, why) in cases)
        {
            var answer = await Client.ExchangeAsync(assertion);
            Assert.That(
                (answer.Status, answer["error"], answer["error_description"]),
                Is.EqualTo((400, "invalid_grant", "The presented grant is invalid, expired, revoked or was issued to another client.")),
                why);
        }
    }

    [Test]
    public async Task Only_a_client_that_its_file_allows_exchanges_and_only_tokens_of_its_tenant()
    {
        Assert.That((await Client.ExchangeAsync(Hub.ReadToken("ann"), "plain"))["error"], Is.EqualTo("unauthorized_client"));
        Assert.That((await Client.ExchangeAsync(Hub.ReadToken("ann"), "of-other"))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await Client.ExchangeAsync(Hub.ReadToken("ann", key: Tenants.OtherKey), "of-other")).Status, Is.EqualTo(200));
        Assert.That(
            (await Client.ExchangeAsync(Hub.ReadToken("ann", key: "TEST_key-of-closed-tenant"), "of-closed"))["error"],
            Is.EqualTo("invalid_grant"));
        Assert.That((await Client.ExchangeAsync(Hub.ReadToken("ann"), scope: "orders.write"))["error"], Is.EqualTo("invalid_scope"));
        Assert.That(
            (await Client.TokenAsync(("grant_type", Tenants.JwtBearer), ("client_id", "referrals"), ("client_secret", "referrals-secret")))[
                "error"
            ],
            Is.EqualTo("invalid_request"));
        Assert.That(
            (await Client.TokenAsync(
                    ("grant_type", Tenants.JwtBearer), ("client_id", "referrals"), ("client_secret", "wrong"),
                    ("assertion", Hub.ReadToken("ann")))
            ).Status,
            Is.EqualTo(401));
    }

    [Test]
    public async Task A_tenant_is_no_client_that_gets_anything_at_the_token_endpoint()
    {
        foreach (var grant in new[] { "client_credentials", "password", "refresh_token", Tenants.JwtBearer })
        {
            var answer = await Client.TokenAsync(
                ("grant_type", grant), ("client_id", "tenant test_abc"), ("client_secret", Tenants.Key), ("username", "a"),
                ("password", "b"), ("refresh_token", "c"), ("assertion", Hub.ReadToken("ann")));
            Assert.That(answer["error"], Is.EqualTo("unauthorized_client"), grant);
        }
    }

    [Test]
    public async Task It_works_while_the_dialect_is_off_for_apps_that_have_moved()
    {
        await using var installation = await Installation.CreateAsync(Tenants.Config, Kind);
        var before = await installation.StartNodeAsync();
        await before.Client.TenantUserAsync("ann");
        installation.WriteConfig(Tenants.Config.Replace("enabled: true }\n", "enabled: false }\n", StringComparison.Ordinal));
        var after = await installation.StartNodeAsync();

        Assert.That((await after.Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("ann"))).Status, Is.EqualTo(404));
        Assert.That((await after.Client.ExchangeAsync(after.ReadToken("ann"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_user_who_is_disabled_gets_nothing_and_what_he_has_dies()
    {
        await Client.TenantUserAsync("to-go");
        var token = (await Client.ExchangeAsync(Hub.ReadToken("to-go")))["access_token"];
        await Hub.ChangeUserAsync(await Hub.TenantUserOfAsync("to-go"), user => user.DisabledAt = Hub.Time.GetUtcNow());

        Assert.That((await Client.ExchangeAsync(Hub.ReadToken("to-go")))["error"], Is.EqualTo("invalid_grant"));
        Assert.That(await Client.IsActiveAsync("referrals", token), Is.False);
    }
}
