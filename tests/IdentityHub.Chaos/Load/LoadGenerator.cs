using System.Diagnostics;

namespace IdentityHub.Chaos.Load;

/// <summary>Lets clients of every API work until it is stopped.</summary>
internal sealed class LoadGenerator : IAsyncDisposable
{
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan AfterNothing = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Starts them.</summary>
    /// <param name="clients">How many of each API.</param>
    /// <param name="half">True: each rests as long as it has worked.</param>
    public LoadGenerator(LoadRun run, int clients, bool half)
    {
        ILoad[] loads =
        [
            .. Enumerable.Range(0, clients).SelectMany(static _ => new ILoad[]
            {
                new RefreshLoad(), new CodeLoad(), new LoginSessionLoad(), new ReferenceTokenLoad(), new OneTimeCodeLoad(),
                new CustomerTokenLoad(), new SignedTokenLoad(),
            }),
        ];
        _running = Task.WhenAll(loads.Select(load => Task.Run(() => WorkAsync(run, load, half))));
    }

    /// <summary>Stops them; each ends the step that it is in.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task WorkAsync(LoadRun run, ILoad load, bool half)
    {
        while (!_stop.IsCancellationRequested)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                await load.StepAsync(run);
            }
            catch (Exception fault) when (fault is InvalidOperationException or System.Text.Json.JsonException)
            {
                // A page that is not the one that was asked for, or an answer that is no JSON.
                run.Faults.Enqueue($"{load.Name}: {fault.Message}");
            }

            await Task.Delay(half ? watch.Elapsed + AfterNothing : AfterNothing, Clock);
        }
    }
}
