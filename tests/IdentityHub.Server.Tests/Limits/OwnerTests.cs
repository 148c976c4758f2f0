using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>A guesser's block is not the owner's; an administrator's block is everybody's.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class OwnerTests(DatabaseKind kind)
{
    private static readonly Dictionary<string, Action<User>> Blocks = new()
    {
        ["blocked for an hour"] = user => user.LockoutEnd = FakeTime.Start.AddHours(1),
        ["disabled"] = user => user.DisabledAt = FakeTime.Start,
    };

    private static IEnumerable<string> BlockNames => Blocks.Keys;

    [Test]
    [Spec("ASSURANCE", "B8")]
    public async Task B8_An_attacker_who_fails_for_thirty_minutes_does_not_lock_the_owner_out()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        const string attacker = "203.0.113.7";
        const string owner = "198.51.100.9";
        var session = await hub.Client.LoginAsync(SharedConfig.App, from: owner);

        for (var elapsed = TimeSpan.Zero; elapsed < TimeSpan.FromMinutes(30); elapsed += TimeSpan.FromSeconds(20))
        {
            Assert.That((await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: attacker)).Status, Is.EqualTo(400));
            hub.Time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.That(
            (await hub.Client.IntrospectAsync(SharedConfig.Orders, session["access_token"]!))["active"], Is.EqualTo("true"), "the session");
        Assert.That((await hub.Client.RefreshAsync(SharedConfig.App, session["refresh_token"]!)).Status, Is.EqualTo(200), "refresh");
        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, from: owner)).Status, Is.EqualTo(200), "a login from the owner's address");
        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.10")).Status, Is.EqualTo(200), "a login from a new address");
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: attacker)).Status, Is.EqualTo(400), "the attacker's address");
    }

    [Test]
    [Spec("ASSURANCE", "B8")]
    public async Task B8_An_owner_who_tries_while_many_addresses_guess_earns_no_block_of_his_own()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        const string owner = "198.51.100.9";
        for (var i = 0; i < 50; i++)
            await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: $"203.0.113.{i % 10}");

        for (var i = 0; i < 8; i++)
            Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: owner)).Status, Is.EqualTo(400), "during the back-off");
        hub.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: owner)).Status, Is.EqualTo(200), "after it");
    }

    [Test]
    [Spec("ASSURANCE", "B8")]
    public async Task B8_While_many_addresses_guess_the_owner_logs_in_where_they_have_logged_in_before()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, null, Callers.BehindProxy);
        const string owner = "198.51.100.9";
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: owner)).Status, Is.EqualTo(200));
        hub.Time.Advance(TimeSpan.FromDays(29));
        for (var i = 0; i < 50; i++)
            await hub.Client.LoginAsync(SharedConfig.App, password: "wrong", from: $"203.0.113.{i % 10}");

        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: "198.51.100.10")).Status, Is.EqualTo(400), "elsewhere");
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App, from: owner)).Status, Is.EqualTo(200));
        Assert.That(
            (await hub.Client.LoginAsync(SharedConfig.App, "alice@example.com", from: owner)).Status, Is.EqualTo(200),
            "under another name");
    }

    [TestCaseSource(nameof(BlockNames))]
    [Spec("ASSURANCE", "B2")]
    public async Task B2_A_user_who_is_blocked_or_disabled_gets_nothing_on_any_path(string block)
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);
        var logins = new List<(string ClientId, Answer Login)>();
        foreach (var clientId in new[] { SharedConfig.AppId, SharedConfig.JwtAppId })
            logins.Add((clientId, await hub.Client.LoginAsync(TestClient.Public(clientId))));
        await using var context = hub.NewContext();
        Blocks[block](await context.Users.SingleAsync(user => user.Id == SharedConfig.AliceId));
        await context.SaveChangesAsync();

        foreach (var (clientId, login) in logins)
        {
            Assert.That((await hub.Client.LoginAsync(TestClient.Public(clientId)))["error"], Is.EqualTo("invalid_grant"), "password");
            Assert.That(
                (await hub.Client.LoginAsync(TestClient.Public(clientId), "alice@example.com")).Status, Is.EqualTo(400),
                "by e-mail address");
            Assert.That(
                (await hub.Client.RefreshAsync(TestClient.Public(clientId), login["refresh_token"]!))["error"], Is.EqualTo("invalid_grant"),
                "refresh");
            Assert.That(
                (await hub.Client.IntrospectAsync(SharedConfig.Orders, login["access_token"]!)).Body, Is.EqualTo("{\"active\":false}"),
                "introspection");
            Assert.That((await hub.Client.UserInfoAsync(login["access_token"]!)).Status, Is.EqualTo(401), "userinfo");
        }
    }

    [Test]
    [Spec("ASSURANCE", "B2")]
    public async Task B2_A_block_that_has_passed_gives_back_what_was_there()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind);
        var login = await hub.Client.LoginAsync(SharedConfig.App);
        await using var context = hub.NewContext();
        await context.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.LockoutEnd, FakeTime.Start.AddMinutes(10)));
        Assert.That((await hub.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!)).Status, Is.EqualTo(400));

        hub.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.That((await hub.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!)).Status, Is.EqualTo(200));
    }
}
