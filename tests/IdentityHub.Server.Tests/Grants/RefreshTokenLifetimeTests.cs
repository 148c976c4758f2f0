using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Grants;

/// <summary>What time does to refresh tokens; each test has a clock of its own.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class RefreshTokenLifetimeTests(DatabaseKind kind)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - client_id: app
            grant_types: [password, refresh_token]
            client_secrets: [{ value: "plain:app-secret" }]
            scope: openid orders.read
            access_token_lifetime: 12h
            refresh_token: { grace: 30s, idle_lifetime: 10d, absolute_lifetime: 25d }
          - client_id: strict
            grant_types: [password, refresh_token]
            client_secrets: [{ value: "plain:strict-secret" }]
            refresh_token: { grace: 0s }
          - client_id: fixed
            grant_types: [password, refresh_token]
            client_secrets: [{ value: "plain:fixed-secret" }]
            refresh_token: { rotation: false, idle_lifetime: 10d, absolute_lifetime: 25d }
        """;

    private Task<Hub> StartAsync() => Hub.StartAsync(Config, kind);

    [Test, Spec("ASSURANCE", "R3")]
    public async Task Inside_the_grace_window_the_same_successor_comes_again_with_an_access_token_that_works()
    {
        await using var hub = await StartAsync();
        var login = await hub.Client.LoginAsync("app");

        var first = await hub.Client.RefreshAsync("app", login["refresh_token"]);
        hub.Time.Advance(TimeSpan.FromSeconds(30));
        var again = await hub.Client.RefreshAsync("app", login["refresh_token"]);

        Assert.That(again["refresh_token"], Is.EqualTo(first["refresh_token"]), again.ToString());
        Assert.That(again["access_token"], Is.Not.EqualTo(first["access_token"]));
        Assert.That(await hub.Client.IsActiveAsync("app", again["access_token"]), Is.True);
    }

    [Test, Spec("RFC 9700", "4.14.2")]
    public async Task A_reuse_outside_the_grace_window_ends_the_family_with_its_access_tokens_and_no_other_login()
    {
        await using var hub = await StartAsync();
        var login = await hub.Client.LoginAsync("app");
        var other = await hub.Client.LoginAsync("app");
        var successor = await hub.Client.RefreshAsync("app", login["refresh_token"]);
        var newest = await hub.Client.RefreshAsync("app", successor["refresh_token"]);

        hub.Time.Advance(TimeSpan.FromSeconds(31));
        var reuse = await hub.Client.RefreshAsync("app", login["refresh_token"]);
        var afterwards = await hub.Client.RefreshAsync("app", newest["refresh_token"]);

        Assert.That((reuse.Status, reuse["error"]), Is.EqualTo((400, "invalid_grant")), reuse.ToString());
        Assert.That((afterwards.Status, afterwards["error"]), Is.EqualTo((400, "invalid_grant")), "the newest token is dead too");
        foreach (var dead in new[] { login["access_token"], successor["access_token"], newest["access_token"], newest["refresh_token"] })
            Assert.That(await hub.Client.IsActiveAsync("app", dead), Is.False);
        Assert.That(await hub.Client.IsActiveAsync("app", other["access_token"]), Is.True);
        Assert.That((await hub.Client.RefreshAsync("app", other["refresh_token"])).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_grace_of_nothing_forgives_nothing_that_is_later()
    {
        await using var hub = await StartAsync();
        var login = await hub.Client.LoginAsync("strict");
        await hub.Client.RefreshAsync("strict", login["refresh_token"]);

        hub.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That((await hub.Client.RefreshAsync("strict", login["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
    }

    [Test]
    public async Task A_revoked_family_is_dead_inside_the_grace_window_too()
    {
        await using var hub = await StartAsync();
        var login = await hub.Client.LoginAsync("app");
        var successor = await hub.Client.RefreshAsync("app", login["refresh_token"]);

        await hub.Client.RevokeAsync("app", successor["refresh_token"]);

        Assert.That((await hub.Client.RefreshAsync("app", login["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await hub.Client.RefreshAsync("app", successor["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
    }

    [TestCase("app")]
    [TestCase("fixed", Description = "a use begins the idle time anew, rotated or not")]
    public async Task A_token_that_is_used_lives_on_and_one_that_lies_idle_dies(string clientId)
    {
        await using var hub = await StartAsync();
        var token = (await hub.Client.LoginAsync(clientId))["refresh_token"];

        hub.Time.Advance(TimeSpan.FromDays(9));
        var used = await hub.Client.RefreshAsync(clientId, token);
        hub.Time.Advance(TimeSpan.FromDays(9));
        var usedAgain = await hub.Client.RefreshAsync(clientId, used["refresh_token"]);
        var usedUp = usedAgain["refresh_token"];

        Assert.That((used.Status, usedAgain.Status), Is.EqualTo((200, 200)), usedAgain.ToString());
        hub.Time.Advance(TimeSpan.FromDays(6));
        Assert.That((await hub.Client.RefreshAsync(clientId, usedUp)).Status, Is.EqualTo(200), "day 24 of 25");
    }

    [TestCase("app")]
    [TestCase("fixed")]
    public async Task An_idle_token_dies_at_the_end_of_its_idle_time(string clientId)
    {
        await using var hub = await StartAsync();
        var token = (await hub.Client.LoginAsync(clientId))["refresh_token"];

        hub.Time.Advance(TimeSpan.FromDays(10));

        Assert.That((await hub.Client.RefreshAsync(clientId, token))["error"], Is.EqualTo("invalid_grant"));
    }

    [TestCase("app")]
    [TestCase("fixed")]
    public async Task No_use_carries_a_login_past_its_absolute_end(string clientId)
    {
        await using var hub = await StartAsync();
        var token = (await hub.Client.LoginAsync(clientId))["refresh_token"];
        for (var day = 8; day <= 24; day += 8)
        {
            hub.Time.Advance(TimeSpan.FromDays(8));
            token = (await hub.Client.RefreshAsync(clientId, token))["refresh_token"];
        }

        Assert.That(token, Is.Not.Null, "day 24 of 25");
        hub.Time.Advance(TimeSpan.FromDays(1));
        Assert.That((await hub.Client.RefreshAsync(clientId, token))["error"], Is.EqualTo("invalid_grant"));
    }
}
