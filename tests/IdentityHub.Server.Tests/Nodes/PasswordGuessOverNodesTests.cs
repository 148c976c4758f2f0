using IdentityHub.Server.Tests.Authentication.Passwords;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Two nodes do not double a limit, and a restart does not end one.</summary>
public class PasswordGuessOverNodesTests
{
    private readonly RecordingHasher _atA = new();
    private readonly RecordingHasher _atB = new();

    [Test]
    [Spec("ASSURANCE", "B1")]
    public async Task B1_Two_hundred_parallel_wrong_passwords_over_two_nodes_share_five_evaluations()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (
            await installation.StartNodeAsync(services: _atA.Register), await installation.StartNodeAsync(services: _atB.Register));

        var answers = await Requests.AtOnceAsync(200, [a.Client, b.Client], (node, i) =>
            node.LoginAsync(SharedConfig.App, password: $"wrong-{i}"));

        PasswordGuessTests.AssertAllRefused(answers);
        Assert.That(
            await _atA.EvaluationsOfAsync(a, SharedConfig.Alice) + await _atB.EvaluationsOfAsync(b, SharedConfig.Alice), Is.EqualTo(5));
        Assert.That((await b.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(400), "the right one, at either node");
    }

    [Test]
    [Spec("ASSURANCE", "B1")]
    public async Task B1_Thirty_two_parallel_right_passwords_over_two_nodes_are_not_taken_for_guesses()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());

        var answers = await Requests.AtOnceAsync(32, [a.Client, b.Client], (node, _) => node.LoginAsync(SharedConfig.App));

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 503));
    }

    [Test]
    [Spec("ASSURANCE", "B7")]
    public async Task B7_A_restart_does_not_end_a_block()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        await using var before = await installation.StartNodeAsync();
        for (var i = 0; i < 5; i++)
            await before.Client.LoginAsync(SharedConfig.App, password: "wrong");
        await before.DisposeAsync();

        var after = await installation.StartNodeAsync();
        var blocked = await after.Client.LoginAsync(SharedConfig.App);
        installation.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(blocked.Status, Is.EqualTo(400));
        Assert.That((await after.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(200), "when it has passed");
    }
}
