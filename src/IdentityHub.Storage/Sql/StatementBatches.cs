namespace IdentityHub.Storage.Sql;

/// <summary>
/// Runs calls of one kind together: those that come while a statement is on its way are answered by the next one, which takes arrays. A
/// statement costs its way to the database, its start and its commit once, for however many it answers. A call that comes alone runs at
/// once, alone. None of them is answered before its statement was committed.
/// </summary>
/// <param name="run">
/// One statement for calls in a row, at least one. It answers in their order, and changes nothing when it fails. It must not wait for locks
/// that others may hold for long: the calls behind it wait too.
/// </param>
/// <param name="atOnce">Statements at the same time: several where each waits for the disk.</param>
internal sealed class StatementBatches<TCall, TAnswer>(
    HubDatabase database, Func<IReadOnlyList<TCall>, Task<IReadOnlyList<TAnswer>>> run, int atOnce = 1)
{
    private const int MostCalls = 200;

    // Shorter than the wait for a connection, 3 s: who waits for a statement that waits for one is answered before it fails, and does not
    // begin a wait of their own then.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];
    private int _running;

    /// <summary>The answer to one call.</summary>
    /// <param name="cancellationToken">Ends the wait, not a statement: it has the calls of others.</param>
    /// <exception cref="TimeoutException">The statements before it took too long. Nothing was done.</exception>
    public async Task<TAnswer> RunAsync(TCall call, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(call);
        if (!TryBegin(waiting))
            return await WaitAsync(waiting, cancellationToken);

        await AnswerAsync([waiting]);
        GoOn();
        return await waiting.Answer;
    }

    private static async Task<TAnswer> WaitAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        try
        {
            return await waiting.Answer.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException) when (!waiting.TryDecide())
        {
            // Its statement is on its way, or has failed.
            return await waiting.Answer.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            waiting.TryDecide();
            throw;
        }
    }

    // True for a caller who runs the statement themselves.
    private bool TryBegin(Waiting waiting)
    {
        lock (_lock)
        {
            if (_running == atOnce)
            {
                _waiting.Enqueue(waiting);
                return false;
            }

            _running++;
            return waiting.TryDecide();
        }
    }

    // What the first caller carries, such as their trace, is not that of the others.
    private void GoOn()
    {
        if (Take() is not { Count: > 0 } calls)
            return;
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(() => AnswerAllAsync(calls));
    }

    private async Task AnswerAllAsync(List<Waiting> calls)
    {
        do
            await AnswerAsync(calls);
        while ((calls = Take()).Count > 0);
    }

    private List<Waiting> Take()
    {
        lock (_lock)
        {
            var calls = new List<Waiting>(Math.Min(_waiting.Count, MostCalls));
            while (calls.Count < MostCalls && _waiting.TryDequeue(out var call))
            {
                if (call.TryDecide())
                    calls.Add(call);
            }

            if (calls.Count == 0)
                _running--;
            return calls;
        }
    }

    // Where the database refuses the values of one call, the others are not to be refused with it.
    private async Task AnswerAsync(List<Waiting> calls)
    {
        try
        {
            var answers = await run(calls.ConvertAll(static call => call.Call));
            for (var i = 0; i < calls.Count; i++)
                calls[i].Succeed(answers[i]);
        }
        catch (Exception failure) when (calls.Count > 1 && failure is not TimeoutException && !database.IsUnavailable(failure))
        {
            foreach (var call in calls)
                await AnswerAsync([call]);
        }
        catch (Exception failure)
        {
            foreach (var call in calls)
                call.Fail(failure);
        }
    }

    private sealed class Waiting(TCall call)
    {
        private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isDecided;

        public TCall Call => call;

        public Task<TAnswer> Answer => _answer.Task;

        /// <summary>
        /// True for the first who decides what becomes of the call: the statement that takes it, or the caller who gives it up.
        /// </summary>
        public bool TryDecide() => !Interlocked.Exchange(ref _isDecided, true);

        public void Succeed(TAnswer answer) => _answer.TrySetResult(answer);

        public void Fail(Exception failure) => _answer.TrySetException(failure);
    }
}
