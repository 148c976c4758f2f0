namespace IdentityHub.Server.Background;

/// <summary>
/// The time for what cannot be undone, such as removing rows whose time has passed. A clock that jumps ahead, compared with the time that
/// the machine has counted since, is believed an hour later: until then the time goes on as it was. A used value would be forgotten
/// otherwise, and accepted again when the clock is set right. Not thread-safe. ASSURANCE F7.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    /// <summary>What is no jump.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    /// <summary>How long a clock that has jumped ahead is not believed.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromHours(1);

    private DateTimeOffset _was = time.GetUtcNow();
    private long _at = time.GetTimestamp();
    private long? _doubtedSince;

    /// <summary>The time; never ahead of the clock.</summary>
    public DateTimeOffset GetUtcNow()
    {
        var (now, counted) = (time.GetUtcNow(), _was + time.GetElapsedTime(_at));
        if (now > counted + Most)
        {
            _doubtedSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_doubtedSince.Value) < Doubt)
                return counted;
        }

        (_was, _at, _doubtedSince) = (now, time.GetTimestamp(), null);
        return now;
    }
}
