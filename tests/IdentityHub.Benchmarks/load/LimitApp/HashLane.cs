using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LimitApp;

/// <summary>
/// As many threads as asked for, each computing one PBKDF2-HMAC-SHA512 of 220,000 iterations at a time; what waits,
/// waits in a queue of bounded length.
/// </summary>
internal sealed class HashLane : IDisposable
{
    private const int Iterations = 220_000;
    private const int QueueLength = 64;

    private readonly BlockingCollection<Work> _queue = new(QueueLength);

    public HashLane(int threads)
    {
        for (var i = 0; i < threads; i++)
            new Thread(Run) { IsBackground = true, Name = $"hash {i}" }.Start();
    }

    /// <summary>The hash of <paramref name="password"/>, or null at once when the queue is full.</summary>
    public Task<byte[]>? TryHash(byte[] password)
    {
        var work = new Work(password, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.TryAdd(work) ? work.Result.Task : null;
    }

    public void Dispose()
    {
        // The threads leave by themselves once the queue is complete and empty; the process does not wait for them.
        _queue.CompleteAdding();
    }

    private void Run()
    {
        Span<byte> salt = stackalloc byte[16];
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            RandomNumberGenerator.Fill(salt);
            work.Result.SetResult(Rfc2898DeriveBytes.Pbkdf2(work.Password, salt, Iterations, HashAlgorithmName.SHA512, 32));
        }
    }

    private sealed record Work(byte[] Password, TaskCompletionSource<byte[]> Result);
}
