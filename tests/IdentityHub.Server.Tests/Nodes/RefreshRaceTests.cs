using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>One refresh token, used many times at once over two nodes.</summary>
[Spec("ASSURANCE", "R3")]
[Spec("RFC 9700", "4.14.2")]
public class RefreshRaceTests
{
    private const int Uses = 50;
    private static readonly TimeSpan AfterGrace = TimeSpan.FromSeconds(31);

    [Test]
    public async Task R3_Fifty_parallel_uses_of_one_refresh_token_inside_the_grace_window_all_carry_the_same_successor()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var longWaits = HeldLock.LongWaits(installation);
        var (a, b) = (await installation.StartNodeAsync(settings: longWaits), await installation.StartNodeAsync(settings: longWaits));
        var login = await a.Client.LoginAsync(SharedConfig.App);

        var answers = await RaceAsync(a, b, login["refresh_token"]!, SharedConfig.App);
        var successors = answers.Select(answer => answer["refresh_token"]).Distinct().ToList();
        var next = await b.Client.RefreshAsync(SharedConfig.App, successors[0]!);

        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
            Assert.That(successors, Has.Count.EqualTo(1));
            Assert.That(successors[0], Is.Not.EqualTo(login["refresh_token"]));
            Assert.That(answers.Select(answer => answer["access_token"]), Is.Unique);
            Assert.That(next.Status, Is.EqualTo(200), next.ToString());
        });
    }

    [Test]
    public async Task R3_Fifty_parallel_uses_outside_the_grace_window_end_the_family_and_only_the_family_on_both_nodes()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var (login, other) = (await a.Client.LoginAsync(SharedConfig.App), await b.Client.LoginAsync(SharedConfig.App));
        var rotated = await a.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!);
        installation.Time.Advance(AfterGrace);

        var answers = await Requests.AtOnceAsync(Uses, [a.Client, b.Client], (node, _) =>
            node.RefreshAsync(SharedConfig.App, login["refresh_token"]!));

        Assert.That(answers.Select(answer => (answer.Status, answer["error"])), Is.All.EqualTo((400, "invalid_grant")));
        foreach (var node in new[] { a.Client, b.Client })
        {
            Assert.That(
                (await node.RefreshAsync(SharedConfig.App, rotated["refresh_token"]!))["error"], Is.EqualTo("invalid_grant"),
                "the successor");
            Assert.That(
                (await node.IntrospectAsync(SharedConfig.Orders, login["access_token"]!))["active"], Is.EqualTo("false"),
                "the first access token");
            Assert.That(
                (await node.IntrospectAsync(SharedConfig.Orders, rotated["access_token"]!))["active"], Is.EqualTo("false"),
                "the second access token");
            Assert.That((await node.UserInfoAsync(rotated["access_token"]!)).Status, Is.EqualTo(401));
            Assert.That(
                (await node.IntrospectAsync(SharedConfig.Orders, other["access_token"]!))["active"], Is.EqualTo("true"),
                "another login of the same user");
        }

        Assert.That((await a.Client.RefreshAsync(SharedConfig.App, other["refresh_token"]!)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task R3_Without_a_grace_window_one_of_fifty_parallel_uses_succeeds_and_the_family_dies()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var longWaits = HeldLock.LongWaits(installation);
        var (a, b) = (await installation.StartNodeAsync(settings: longWaits), await installation.StartNodeAsync(settings: longWaits));
        var login = await a.Client.LoginAsync(SharedConfig.StrictApp);

        var answers = await RaceAsync(a, b, login["refresh_token"]!, SharedConfig.StrictApp);

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(
            answers.Where(answer => answer.Status != 200).Select(answer => (answer.Status, answer["error"])),
            Is.All.EqualTo((400, "invalid_grant")));
        var winner = answers.Single(answer => answer.Status == 200);
        foreach (var node in new[] { a.Client, b.Client })
        {
            Assert.That((await node.RefreshAsync(SharedConfig.StrictApp, winner["refresh_token"]!)).Status, Is.EqualTo(400));
            Assert.That((await node.IntrospectAsync(SharedConfig.Orders, winner["access_token"]!))["active"], Is.EqualTo("false"));
        }
    }

    [TestCase(SharedConfig.AppId)]
    [TestCase(SharedConfig.StrictAppId)]
    [Spec("ASSURANCE", "R4")]
    public async Task R4_A_rotated_token_stays_rejected_after_both_nodes_restart_although_it_was_rotated_twice_in_one_second(
        string clientId)
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        await using var a = await installation.StartNodeAsync();
        await using var b = await installation.StartNodeAsync();
        var client = TestClient.Public(clientId);
        var first = (await a.Client.LoginAsync(client))["refresh_token"]!;
        var second = (await a.Client.RefreshAsync(client, first))["refresh_token"]!;
        var third = (await b.Client.RefreshAsync(client, second))["refresh_token"]!;

        await a.DisposeAsync();
        await b.DisposeAsync();
        installation.Time.Advance(AfterGrace);
        var (newA, newB) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var fourth = await newB.Client.RefreshAsync(client, third);
        var replayed = await newA.Client.RefreshAsync(client, first);

        Assert.That(fourth.Status, Is.EqualTo(200), "the newest one works");
        Assert.That(replayed["error"], Is.EqualTo("invalid_grant"));
        foreach (var token in new[] { first, second, third, fourth["refresh_token"]! })
        {
            Assert.That((await newA.Client.RefreshAsync(client, token)).Status, Is.EqualTo(400));
            Assert.That((await newB.Client.RefreshAsync(client, token)).Status, Is.EqualTo(400));
        }
    }

    [Test]
    [Spec("ASSURANCE", "P7")]
    public async Task P7_A_refresh_token_that_another_client_presents_is_refused_and_its_owner_can_still_use_it()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var login = await a.Client.LoginAsync(SharedConfig.App);

        var foreign = await b.Client.RefreshAsync(SharedConfig.JwtApp, login["refresh_token"]!);
        var revoked = await b.Client.RevokeAsync(SharedConfig.JwtApp, login["refresh_token"]!);
        var own = await a.Client.RefreshAsync(SharedConfig.App, login["refresh_token"]!);

        Assert.Multiple(() =>
        {
            Assert.That((foreign.Status, foreign["error"]), Is.EqualTo((400, "invalid_grant")));
            Assert.That(revoked.Status, Is.EqualTo(400), "nor can it revoke it");
            Assert.That(own.Status, Is.EqualTo(200), own.ToString());
        });
    }

    // The row is locked until every use stands before it, each with a view of the database in which the token is unused.
    private static async Task<Answer[]> RaceAsync(Hub a, Hub b, string refreshToken, TestClient client)
    {
        await using var held = await HeldLock.TakeAsync(a.Installation, $"SELECT token_hash FROM refresh_tokens FOR UPDATE");
        var uses = Requests.AtOnceAsync(Uses, [a.Client, b.Client], (node, _) => node.RefreshAsync(client, refreshToken));
        await held.WaitForAsync(Uses, "all uses stand before the token");
        await held.ReleaseAsync();
        return await uses;
    }
}
