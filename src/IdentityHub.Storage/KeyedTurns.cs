namespace IdentityHub.Storage;

/// <summary>
/// Lets at most a few callers with the same key work at once. The others wait, in the order in which they came, without a thread or a
/// connection.
/// </summary>
/// <param name="limit">How many work at once.</param>
internal sealed class KeyedTurns(int limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Waiting> _keys = [];

    /// <summary>Waits for a turn, which ends when the answer is disposed.</summary>
    public async ValueTask<IDisposable> TakeAsync(Guid key, CancellationToken cancellationToken) =>
        (await TryTakeAsync(key, int.MaxValue, cancellationToken))!;

    /// <summary>The same; null at once where as many wait already.</summary>
    /// <param name="mostWaiting">No more wait under the key.</param>
    public async ValueTask<IDisposable?> TryTakeAsync(Guid key, int mostWaiting, CancellationToken cancellationToken)
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            if (!_keys.TryGetValue(key, out var waiting))
                _keys.Add(key, waiting = new Waiting());
            if (waiting.Working < limit)
            {
                waiting.Working++;
                return new Turn(this, key);
            }

            if (waiting.Queue?.Count >= mostWaiting)
                return null;
            next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (waiting.Queue ??= new Queue<TaskCompletionSource>()).Enqueue(next);
        }

        await using (cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetCanceled(), next))
            await next.Task;
        return new Turn(this, key);
    }

    // The turn goes to the next who still waits.
    private void End(Guid key)
    {
        lock (_lock)
        {
            var waiting = _keys[key];
            while (waiting.Queue is { Count: > 0 } queue)
            {
                if (queue.Dequeue().TrySetResult())
                    return;
            }

            if (--waiting.Working == 0)
                _keys.Remove(key);
        }
    }

    private sealed class Waiting
    {
        public int Working { get; set; }

        /// <summary>Made when a caller has to wait for the first time.</summary>
        public Queue<TaskCompletionSource>? Queue { get; set; }
    }

    private sealed class Turn(KeyedTurns turns, Guid key) : IDisposable
    {
        public void Dispose() => turns.End(key);
    }
}
