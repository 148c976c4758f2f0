using IdentityHub.Server.Background;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>What a node repeats goes on after any failure: a host whose background work ends with one would stop the server.</summary>
public class RepeatedWorkTests
{
    [Test]
    public async Task A_call_that_took_too_long_does_not_end_the_work()
    {
        await using var hub = await Hub.StartAsync(Parts.Apis);
        using var work = new SlowWork(hub.Services.GetRequiredService<HubDatabase>());
        await work.StartAsync(CancellationToken.None);
        await work.Third.WaitAsync(TimeSpan.FromSeconds(30));
        var isRunning = work.ExecuteTask!.IsCompleted == false;
        await work.StopAsync(CancellationToken.None);

        Assert.That((isRunning, work.ExecuteTask.IsFaulted), Is.EqualTo((true, false)));
    }

    // The first turn ends as a client of a network does that waited too long, and no stop was asked for.
    private sealed class SlowWork(HubDatabase database)
        : RepeatedWork(TimeSpan.FromMilliseconds(5), database, TimeProvider.System, NullLogger.Instance)
    {
        private readonly TaskCompletionSource _third = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _turns;

        public Task Third => _third.Task;

        public override Task RunOnceAsync(CancellationToken cancellationToken)
        {
            _turns++;
            if (_turns == 3)
                _third.SetResult();
            return _turns == 1
                ? throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout.")
                : Task.CompletedTask;
        }
    }
}
