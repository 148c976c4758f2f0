using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace IdentityHub.Server.Authentication.Passwords;

/// <summary>
/// The threads on which passwords are hashed: as many as there are cores, a short queue before them, at a lower priority than the threads
/// that answer requests. A flood of logins fills the lane and is refused there, while tokens go on being issued.
/// </summary>
internal sealed partial class HashingLimiter : IDisposable
{
    private readonly Channel<Action> _queue;

    /// <param name="threads">Hashes at once.</param>
    /// <param name="queueLength">Hashes that may wait; one more is refused.</param>
    public HashingLimiter(int threads, int queueLength)
    {
        MostWaiting = queueLength;
        _queue = Channel.CreateBounded<Action>(new BoundedChannelOptions(queueLength) { FullMode = BoundedChannelFullMode.Wait });
        for (var i = 0; i < threads; i++)
            new Thread(Work) { IsBackground = true, Name = $"hashing-{i}" }.Start();
    }

    /// <summary>Hashes that wait for a thread now.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Hashes that may wait.</summary>
    public int MostWaiting { get; }

    /// <summary>Queues <paramref name="work"/>.</summary>
    /// <returns>Its result to come; null when the queue is full.</returns>
    public Task<T>? TryRun<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.Writer.TryWrite(Run) ? result.Task : null;

        void Run()
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        }
    }

    public void Dispose() => _queue.Writer.TryComplete();

    private void Work()
    {
        LowerPriority();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out var work))
                work();
        }
    }

    // Thread.Priority does nothing on Linux; the kernel's nice value of the calling thread does.
    private static void LowerPriority()
    {
        const int thisThread = 0;
        const int process = 0;
        const int nice = 10;
        if (OperatingSystem.IsLinux())
            _ = SetPriority(process, thisThread, nice);
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
