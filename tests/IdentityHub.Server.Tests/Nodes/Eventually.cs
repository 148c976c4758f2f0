using System.Diagnostics;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Waits for what other threads and processes bring about, by the real clock.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until the answer is yes.</summary>
    /// <returns>How long it took.</returns>
    /// <exception cref="TimeoutException">It was not in <paramref name="within"/>.</exception>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, TimeSpan within, string what)
    {
        var watch = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(Interval);
        while (!await condition())
        {
            if (watch.Elapsed > within)
                throw new TimeoutException($"Not within {within.TotalSeconds} s: {what}.");
            await tick.WaitForNextTickAsync();
        }

        return watch.Elapsed;
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, TimeSpan, string)"/>
    public static Task<TimeSpan> TrueAsync(Func<bool> condition, TimeSpan within, string what) =>
        TrueAsync(() => Task.FromResult(condition()), within, what);
}
