using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace IdentityHub.Storage.Sqlite;

/// <summary>
/// Lets the writers of one file queue in order of arrival. SQLite's own wait for its write lock blocks a thread and is not fair: with more
/// waiters than pool threads, the holder of the lock would find no thread to continue on.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed class WriteTurns
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<string, WriteTurns> OfFiles = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);

    public static WriteTurns Of(string file) => OfFiles.GetOrAdd(file, _ => new WriteTurns());

    /// <summary>Waits for the turn; fails as a busy database does after ten seconds.</summary>
    public async ValueTask<IDisposable?> TakeAsync(CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(Longest, cancellationToken))
            throw new SqliteException("The database is locked: another writer of this process held it for ten seconds.", 5);
        return new Turn(_turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        private SemaphoreSlim? _turn = turn;

        public void Dispose() => Interlocked.Exchange(ref _turn, null)?.Release();
    }
}
