using System.Data.Common;
using IdentityHub.Storage;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace IdentityHub.Testing;

/// <summary>
/// Makes callers race: holds every statement that writes or locks until <paramref name="parties"/> callers have come that far, that is
/// have passed all their checks; then lets everything through. Where fewer come (the others were refused before they wrote, or
/// wait for a lock), the hold ends by itself after <see cref="Hold"/>.
/// </summary>
/// <remarks>On SQLite a transaction takes the write lock when it begins, so there <c>BEGIN</c> is the write.</remarks>
public sealed class Rendezvous(int parties) : DbCommandInterceptor
{
    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrived;

    /// <summary>How long the first callers wait for the rest where not all are sure to come; real time.</summary>
    public static TimeSpan LongestHold { get; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long the first callers wait here: long where all are sure to come, so that a busy machine does not keep them from meeting.
    /// </summary>
    public TimeSpan Hold { get; init; } = LongestHold;

    /// <summary>True once all parties were held together. A race test asserts it: without it nothing has raced.</summary>
    public bool Met => Volatile.Read(ref _arrived) >= parties;

    /// <summary>
    /// Holds the raw statements of a database that <see cref="TestDatabase"/> has opened. Its EF Core contexts are held where this object
    /// is added as an interceptor. From now on each caller has a statement of their own: in one for all of them nothing could race.
    /// </summary>
    /// <param name="which">Only these, e.g. <c>BEGIN</c>, at which nobody holds a connection yet; left out: all that write.</param>
    public Rendezvous At(HubDatabase database, Predicate<string>? which = null)
    {
        var beginLocks = database.Name == "sqlite";
        which ??= statement => Writes(statement) || (beginLocks && statement == "BEGIN");
        ((ObservedDatabase)database).AnswersEachAlone = true;
        ((ObservedDatabase)database).BeforeStatement = (statement, cancellationToken) =>
            which(statement) ? HoldAsync(cancellationToken) : Task.CompletedTask;
        return this;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await HoldIfWritingAsync(command, cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        await HoldIfWritingAsync(command, cancellationToken);
        return result;
    }

    private static bool Writes(string statement) =>
        statement.Contains("INSERT ", StringComparison.Ordinal) || statement.Contains("UPDATE ", StringComparison.Ordinal)
        || statement.Contains("DELETE ", StringComparison.Ordinal) || statement.Contains("pg_advisory_", StringComparison.Ordinal);

    private Task HoldIfWritingAsync(DbCommand command, CancellationToken cancellationToken) =>
        Writes(command.CommandText) ? HoldAsync(cancellationToken) : Task.CompletedTask;

    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _arrived) == parties)
            _met.TrySetResult();
        try
        {
            await _met.Task.WaitAsync(Hold, cancellationToken);
        }
        catch (TimeoutException)
        {
            _met.TrySetResult();
        }
    }
}
