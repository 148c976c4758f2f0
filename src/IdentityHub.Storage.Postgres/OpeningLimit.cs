using System.Data.Common;
using Npgsql;

namespace IdentityHub.Storage.Postgres;

/// <summary>
/// Bounds how many physical connections a node opens at once. Without it each caller of a burst on a cold pool opens one of its own:
/// the server then starts that many processes at the same time, and callers give up although the first connections have long been
/// free again. Callers above the bound wait in order of arrival for a connection that is given back, and open one of their own when
/// none was for a while.
/// </summary>
/// <param name="atOnce">How many callers may be opening.</param>
/// <param name="patience">How long a caller waits for a connection that is given back before it may open one.</param>
/// <param name="longest">How long a caller waits for its connection, here and in the pool together, before it is refused.</param>
/// <param name="time">Clock of the waits.</param>
internal sealed class OpeningLimit(int atOnce, TimeSpan patience, TimeSpan longest, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _opening;

    /// <summary>Takes a connection from the pool, when it is this caller's turn.</summary>
    /// <exception cref="NpgsqlException">It took too long, or the database cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task OpenAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var entering = EnterAsync(cancellationToken);
        var waits = !entering.IsCompletedSuccessfully && longest != TimeSpan.MaxValue;
        await entering;
        try
        {
            // The pool counts its own time anew: what was waited before is taken off.
            await (
                waits
                    ? OpenWithinAsync(longest - time.GetElapsedTime(since), connection, cancellationToken)
                    : connection.OpenAsync(cancellationToken));
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Waits until this caller may take a connection from the pool; <see cref="Leave"/> follows, whatever became of the attempt.
    /// </summary>
    /// <exception cref="NpgsqlException">It took too long.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_opening < atOnce)
            {
                _opening++;
                return Task.CompletedTask;
            }

            return WaitAsync(
                _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)), cancellationToken);
        }
    }

    /// <summary>Says that the caller has its connection, or has failed to get one.</summary>
    public void Leave()
    {
        lock (_lock)
            _opening--;
    }

    /// <summary>Says that a connection was given back: the caller who waits longest can have it.</summary>
    public void GiveBack()
    {
        lock (_lock)
        {
            if (_waiting.First is not { } next)
                return;
            _waiting.RemoveFirst();
            _opening++;
            next.Value.SetResult();
        }
    }

    private async Task OpenWithinAsync(TimeSpan left, DbConnection connection, CancellationToken cancellationToken)
    {
        if (left <= TimeSpan.Zero)
            throw TooLong();
        using var over = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await connection.OpenAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLong();
        }
    }

    private NpgsqlException TooLong() =>
        new($"No connection to the database was free, or could be opened, within {longest.TotalSeconds:0} s.", new TimeoutException());

    private async Task WaitAsync(LinkedListNode<TaskCompletionSource> turn, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            await Task.WhenAny(turn.Value.Task, Task.Delay(patience, time, cancellationToken));
            var isTooLong = time.GetElapsedTime(since) >= longest;
            lock (_lock)
            {
                if (turn.List is null)
                    return;
                if (_opening < atOnce || isTooLong || cancellationToken.IsCancellationRequested)
                    _waiting.Remove(turn);
                if (_opening < atOnce && !cancellationToken.IsCancellationRequested)
                {
                    _opening++;
                    return;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (isTooLong)
                throw TooLong();
        }
    }
}
