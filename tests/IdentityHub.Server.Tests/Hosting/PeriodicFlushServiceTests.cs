using IdentityHub.Server.Hosting;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Hosting;

/// <summary>What a node has gathered is written when it has stopped: nothing is written afterwards.</summary>
public class PeriodicFlushServiceTests
{
    [Test]
    public async Task A_second_stop_ends_only_when_the_last_write_that_the_first_has_begun_has_ended()
    {
        using var service = new Gathered();
        await service.StartAsync(CancellationToken.None);

        var first = service.StopAsync(CancellationToken.None);
        await service.Begun.Task;
        var second = service.StopAsync(CancellationToken.None);
        var endedBefore = second.IsCompleted;
        service.Written.SetResult();
        await Task.WhenAll(first, second);

        Assert.That((endedBefore, service.Writes), Is.EqualTo((false, 1)));
    }

    [Test]
    public async Task A_stop_that_runs_out_of_time_ends_without_the_last_write()
    {
        using var service = new Gathered();
        await service.StartAsync(CancellationToken.None);
        var first = service.StopAsync(CancellationToken.None);
        using var over = new CancellationTokenSource();
        var second = service.StopAsync(over.Token);

        await over.CancelAsync();

        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        service.Written.SetResult();
        await first;
    }

    // As the count of calls does: what is taken to be written is not there for the next write.
    private sealed class Gathered() : PeriodicFlushService(TimeSpan.FromDays(1))
    {
        private int _gathered = 1;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Writes { get; private set; }

        protected override async Task WriteAsync(CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _gathered, 0) == 0)
                return;
            Begun.SetResult();
            await Written.Task;
            Writes++;
        }
    }
}
