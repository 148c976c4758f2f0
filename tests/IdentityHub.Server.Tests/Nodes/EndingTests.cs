using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>What ends on one node has ended on the other: reference tokens, JWTs, refresh tokens.</summary>
[Spec("ASSURANCE", "S3")]
public class EndingTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    // How it ends, in words for the results, and on which node's database it is done.
    private static readonly Dictionary<string, Func<Hub, Answer, string, Task>> Endings = new()
    {
        ["the user is disabled"] = (node, _, _) => ChangeAsync(node, user => user.DisabledAt = FakeTime.Start),
        ["the user is blocked"] = (node, _, _) => ChangeAsync(node, user => user.LockoutEnd = FakeTime.Start.AddHours(1)),
        ["the user is not yet valid"] = (node, _, _) => ChangeAsync(node, user => user.NotBefore = FakeTime.Start.AddHours(1)),
        ["the organization is disabled"] = DisableOrganizationAsync,
        ["the session ends"] = async (node, _, _) =>
            await node
                .Services.GetRequiredService<SessionStore>()
                .EndAllOfUserAsync(SharedConfig.AliceId, null, "logout", FakeTime.Start, null, CancellationToken.None),
        ["the family is revoked"] = async (node, login, clientId) =>
            Assert.That((await node.Client.RevokeAsync(TestClient.Public(clientId), login["refresh_token"]!)).Status, Is.EqualTo(200)),
    };

    private static IEnumerable<TestCaseData> Cases =>
        from ending in Endings.Keys
        from clientId in new[] { SharedConfig.AppId, SharedConfig.JwtAppId }
        select new TestCaseData(ending, clientId);

    [TestCaseSource(nameof(Cases))]
    public async Task S3_When_it_ends_on_one_node_the_other_refuses_everything_within_two_seconds(string ending, string clientId)
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var login = await a.Client.LoginAsync(TestClient.Public(clientId));
        Assert.That(await AliveAsync(b.Client, login, clientId), Is.EqualTo(["introspection", "userinfo", "refresh"]), "before");

        await Endings[ending](a, login, clientId);

        await Eventually.TrueAsync(
            async () => (await AliveAsync(b.Client, login, clientId)).Count == 0, AtOnce, $"nothing lives when {ending}");
    }

    [TestCase(SharedConfig.AppId)]
    [TestCase(SharedConfig.JwtAppId)]
    [Spec("RFC 7009", "2.1")]
    public async Task S3_An_access_token_that_is_revoked_on_one_node_is_dead_on_the_other_and_its_refresh_token_is_not(string clientId)
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var login = await a.Client.LoginAsync(TestClient.Public(clientId));

        var revoked = await a.Client.RevokeAsync(TestClient.Public(clientId), login["access_token"]!);

        Assert.That(revoked.Status, Is.EqualTo(200));
        Assert.That(await AliveAsync(b.Client, login, clientId), Is.EqualTo(["refresh"]));
    }

    // A refresh inside the grace window gives the same successor: asking again and again changes nothing.
    private static async Task<List<string>> AliveAsync(HttpClient node, Answer login, string clientId)
    {
        var alive = new List<string>();
        var introspected = await node.IntrospectAsync(SharedConfig.Orders, login["access_token"]!);
        Assert.That(introspected.Status, Is.EqualTo(200));
        if (introspected["active"] == "true")
            alive.Add("introspection");
        if ((await node.UserInfoAsync(login["access_token"]!)).Status == 200)
            alive.Add("userinfo");
        if ((await node.RefreshAsync(TestClient.Public(clientId), login["refresh_token"]!)).Status == 200)
            alive.Add("refresh");
        return alive;
    }

    private static async Task ChangeAsync(Hub node, Action<User> change)
    {
        await using var context = node.NewContext();
        change(await context.Users.SingleAsync(user => user.Id == SharedConfig.AliceId));
        await context.SaveChangesAsync();
    }

    private static async Task DisableOrganizationAsync(Hub node, Answer login, string clientId)
    {
        await using var context = node.NewContext();
        await context.Organizations.ExecuteUpdateAsync(set => set.SetProperty(organization => organization.DisabledAt, FakeTime.Start));
    }
}
