using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.Passwords;

/// <summary>Guesses at one user's password from one address.</summary>
[Spec("ASSURANCE", "B1")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class PasswordGuessTests(DatabaseKind kind)
{
    private const int Limit = 5;
    private readonly RecordingHasher _hasher = new();

    [Test]
    public async Task B1_Of_two_hundred_parallel_wrong_passwords_five_are_evaluated_and_then_the_right_one_is_refused_in_the_same_words()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register);

        var answers = await Requests.AtOnceAsync(200, [hub.Client], (node, i) => node.LoginAsync(SharedConfig.App, password: $"wrong-{i}"));
        var right = await hub.Client.LoginAsync(SharedConfig.App);

        Assert.That(await _hasher.EvaluationsOfAsync(hub, SharedConfig.Alice), Is.EqualTo(Limit));
        AssertAllRefused(answers);
        Assert.That(right.Seen(), Is.EqualTo(answers.First(answer => answer.Status == 400).Seen()));
    }

    [Test]
    public async Task B1_After_the_block_the_right_password_works_and_the_failures_are_forgotten()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register);
        await GuessAsync(hub, Limit);

        hub.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(400), "a second before its end");
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(200), "at its end");
        await GuessAsync(hub, Limit - 1);
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(200), "after four more failures");
    }

    [Test]
    public async Task B1_Each_further_failure_doubles_the_block_from_one_minute_to_fifteen()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register);
        await GuessAsync(hub, Limit);

        var evaluated = Limit;
        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15 })
        {
            hub.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            await GuessAsync(hub, 1);
            Assert.That(
                await _hasher.EvaluationsOfAsync(hub, SharedConfig.Alice), Is.EqualTo(evaluated), $"inside the block of {minutes} min");
            hub.Time.Advance(TimeSpan.FromSeconds(1));
            await GuessAsync(hub, 1);
            Assert.That(
                await _hasher.EvaluationsOfAsync(hub, SharedConfig.Alice), Is.EqualTo(++evaluated), $"after the block of {minutes} min");
        }
    }

    [Test]
    public async Task B1_Thirty_two_parallel_right_passwords_are_not_taken_for_guesses()
    {
        await using var hub = await Hub.StartAsync(SharedConfig.Yaml, kind, _hasher.Register);

        var answers = await Requests.AtOnceAsync(32, [hub.Client], (node, _) => node.LoginAsync(SharedConfig.App));

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 503));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.Positive);
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(200), "afterwards");
    }

    internal static void AssertAllRefused(IEnumerable<Answer> answers)
    {
        // 503: not looked at, because too many of them came at once.
        var refused = answers.Where(answer => answer.Status != 503).ToList();
        Assert.That(refused, Is.Not.Empty);
        Assert.That(refused.Select(answer => answer.Seen()).Distinct().Count(), Is.EqualTo(1));
        Assert.That((refused[0].Status, refused[0]["error"]), Is.EqualTo((400, "invalid_grant")));
    }

    private static async Task GuessAsync(Hub hub, int times)
    {
        for (var i = 0; i < times; i++)
            Assert.That((await hub.Client.LoginAsync(SharedConfig.App, password: "wrong")).Status, Is.EqualTo(400));
    }
}
