using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Health;

/// <summary>A node that is told to stop leaves its load balancer first.</summary>
public class DrainTests
{
    [Test]
    public async Task On_SIGTERM_readiness_says_503_first_while_requests_are_served()
    {
        await using var installation = await Installation.CreateAsync(Parts.People, DatabaseKind.Sqlite);
        var node = await installation.StartProcessAsync(("IdentityHub:Shutdown:DrainTime", "00:10:00"));

        node.Terminate();

        var ready = await Eventually.GetAsync(() => node.Client.GetAnswerAsync("/health/ready"), answer => answer.Status == 503);
        Assert.That((ready.Status, ready["status"], ready["database"]), Is.EqualTo((503, "stopping", "ok")));
        Assert.That((await node.Client.GetAnswerAsync("/health/live")).Status, Is.EqualTo(200));
        Assert.That((await node.Client.GetAnswerAsync("/.well-known/openid-configuration")).Status, Is.EqualTo(200));
        Assert.That((await node.Client.GetAnswerAsync("/login")).Status, Is.EqualTo(200));
        Assert.That(node.Output, Does.Contain("The server was told to stop"));
        using var answer = await node.Client.GetAsync(new Uri("/login", UriKind.Relative));
        Assert.That(answer.Headers.ConnectionClose, Is.True, "a load balancer that keeps connections has none left when the node stops");
    }

    [Test]
    public async Task After_the_drain_time_the_process_ends_by_itself()
    {
        await using var installation = await Installation.CreateAsync("", DatabaseKind.Sqlite);
        var node = await installation.StartProcessAsync(("IdentityHub:Shutdown:DrainTime", "00:00:01"));

        node.Terminate();

        Assert.That(await node.WaitForExitAsync(), Is.Zero, node.Output);
    }
}
