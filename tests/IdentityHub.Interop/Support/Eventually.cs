namespace IdentityHub.Interop.Support;

/// <summary>Looks again until what other programs do has happened.</summary>
internal static class Eventually
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(1);

    /// <summary>The first look that <paramref name="isRight"/> accepts; the last one when the time is over, for the assertion to fail on.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> look, Predicate<T> isRight)
    {
        using var deadline = new CancellationTokenSource(AtMost);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var seen = await look();
            if (isRight(seen) || deadline.IsCancellationRequested)
                return seen;
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
