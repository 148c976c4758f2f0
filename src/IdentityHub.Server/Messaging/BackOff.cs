using System.Security.Cryptography;

namespace IdentityHub.Server.Messaging;

/// <summary>When a message that could not be sent is tried again, and when no more.</summary>
internal static class BackOff
{
    /// <summary>After the first failure; doubles with each.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>A message that would be tried later than this after it was written is given up.</summary>
    public static readonly TimeSpan OldestMessage = TimeSpan.FromHours(24);

    /// <summary>A message that the other side does not want is given up at this try, or at the first later one that it refuses.</summary>
    public const int MostRefusals = 5;

    /// <summary>
    /// How long to wait after a try: between half and all of the doubled time, so that what failed together does not come back together.
    /// </summary>
    /// <param name="attempt">The try that failed, from 1.</param>
    public static TimeSpan After(int attempt)
    {
        var doubled = attempt > 20 ? Longest : TimeSpan.FromTicks(Math.Min(Shortest.Ticks << (attempt - 1), Longest.Ticks));
        return doubled / 2 + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)(doubled / 2).TotalMilliseconds + 1));
    }
}
