namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// How much memory the memory-hard hashes that are being checked may have together: one for which there is no room waits, in the order of
/// arrival. So no number of logins costs more than this, however many threads hash passwords.
/// </summary>
internal sealed class MemoryBudget
{
    /// <summary>Of a process: 256 MiB.</summary>
    public const long Bytes = 256L * 1024 * 1024;

    private readonly object _gate = new();
    private readonly long _all;
    private long _free;
    private long _nextTurn;
    private long _turn;

    /// <param name="bytes">All of it. One hash may need that much.</param>
    public MemoryBudget(long bytes) => _all = _free = bytes;

    /// <summary>That of the process.</summary>
    public static MemoryBudget Shared { get; } = new(Bytes);

    /// <summary>Does the work as soon as there is room for it.</summary>
    /// <param name="needed">In bytes.</param>
    public T Run<T>(long needed, Func<T> work)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, _all);
        Take(needed);
        try
        {
            return work();
        }
        finally
        {
            GiveBack(needed);
        }
    }

    private void Take(long needed)
    {
        lock (_gate)
        {
            var turn = _nextTurn++;
            while (turn != _turn || needed > _free)
                Monitor.Wait(_gate);
            _turn++;
            _free -= needed;
            Monitor.PulseAll(_gate);
        }
    }

    private void GiveBack(long needed)
    {
        lock (_gate)
        {
            _free += needed;
            Monitor.PulseAll(_gate);
        }
    }
}
