using System.Diagnostics;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.Passwords;

/// <summary>More passwords than cores and queue can take are refused, and nothing else is.</summary>
[Spec("ASSURANCE", "F4")]
public sealed class HashingLimiterTests : IDisposable
{
    private readonly RecordingHasher _hasher = new();
    private readonly ManualResetEventSlim _mayHash = new(initialState: false);

    [Test]
    public async Task F4_When_the_hashing_lane_is_full_passwords_are_answered_503_and_clients_still_get_their_tokens()
    {
        await using var hub = await Hub.StartAsync(
            SharedConfig.Yaml, DatabaseKind.Postgres, _hasher.Register, ("IdentityHub:Passwords:QueuePerCore", "1"));
        var (seats, entered) = (2 * Environment.ProcessorCount, 0);
        _hasher.BeforeVerifying = () =>
        {
            Interlocked.Increment(ref entered);
            _mayHash.Wait();
        };

        var waiting = new List<Task<Answer>>();
        for (var i = 0; i < Environment.ProcessorCount; i++)
            waiting.Add(hub.Client.LoginAsync(SharedConfig.App, $"user-{i}", "wrong"));
        await Eventually.TrueAsync(
            () => Volatile.Read(ref entered) == Environment.ProcessorCount, TimeSpan.FromSeconds(10), "every thread of the lane hashes");
        for (var i = Environment.ProcessorCount; i < seats + 8; i++)
            waiting.Add(hub.Client.LoginAsync(SharedConfig.App, $"user-{i}", "wrong"));
        await Eventually.TrueAsync(
            () => waiting.Count(answer => answer.IsCompleted) == 8, TimeSpan.FromSeconds(10), "those without a seat are answered");

        var watch = Stopwatch.StartNew();
        var machine = await hub.Client.MachineAsync(SharedConfig.Machine);
        Assert.That((machine.Status, watch.Elapsed < TimeSpan.FromSeconds(2)), Is.EqualTo((200, true)));

        // However often the owner is sent away unheard, none of it is a failure.
        for (var i = 0; i < 6; i++)
            AssertBusy(await hub.Client.LoginAsync(SharedConfig.App));

        // On a machine that is slow enough the wait for a turn of the address, from which all of these come, may end first.
        foreach (var answered in waiting.Where(answer => answer.IsCompleted).Select(answer => answer.Result))
        {
            if (answered["error_reason"] != "attempts_under_way")
                AssertBusy(answered);
            else
                AssertBusy(answered, retryAfter: "5");
        }

        _mayHash.Set();
        Assert.That((await Task.WhenAll(waiting)).Count(answer => answer.Status == 400), Is.EqualTo(seats));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(200), "the owner, when there is room again");
    }

    public void Dispose()
    {
        _mayHash.Set();
        _mayHash.Dispose();
    }

    private static void AssertBusy(Answer answer, string retryAfter = "2") =>
        Assert.That(
            (answer.Status, answer["error"], answer.Header("Retry-After")), Is.EqualTo((503, "temporarily_unavailable", retryAfter)),
            answer.ToString());
}
