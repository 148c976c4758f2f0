using System.Diagnostics;

namespace IdentityHub.Testing;

/// <summary>Waits for what other threads and processes do, by the real clock.</summary>
public static class Eventually
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again until <paramref name="isRight"/> accepts what is seen.</summary>
    /// <returns>What was accepted; after a minute what was seen last, for the assertion to fail on.</returns>
    public static async Task<T> GetAsync<T>(Func<Task<T>> look, Predicate<T> isRight)
    {
        var watch = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(Interval);
        while (true)
        {
            var seen = await look();
            if (isRight(seen) || watch.Elapsed > AtMost)
                return seen;
            await tick.WaitForNextTickAsync();
        }
    }

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
