using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IdentityHub.Chaos;

/// <summary>What an entry of the history says.</summary>
internal enum Happened
{
    /// <summary>A value that may be used once was accepted.</summary>
    Used,

    /// <summary>A write was acknowledged: its row must be there in the end.</summary>
    Written,

    /// <summary>A revocation was acknowledged: what it has ended must not be alive in the end.</summary>
    Revoked,
}

/// <summary>One acknowledged answer.</summary>
/// <param name="Kind">Of the value: the table that it is in, or the API that takes it.</param>
/// <param name="Hash">SHA-256 of the value as lower-case hexadecimal digits: the history holds no secret.</param>
internal sealed record HistoryEntry(DateTimeOffset At, Happened Happened, string Kind, string Hash);

/// <summary>
/// The history of a run in a file, one JSON object a line. Only what a node has acknowledged is in it: of an answer that was lost nothing
/// is known. Thread-safe.
/// </summary>
internal sealed class History(string path) : IDisposable
{
    private readonly StreamWriter _file = new(path, append: false);
    private readonly Lock _lock = new();
    private int _count;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>How many entries there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds an entry.</summary>
    public void Add(Happened happened, string kind, string value)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
        lock (_lock)
            _file.WriteLine(JsonSerializer.Serialize(new HistoryEntry(TimeProvider.System.GetUtcNow(), happened, kind, hash)));
        Interlocked.Increment(ref _count);
    }

    /// <summary>Reads the entries of a file.</summary>
    public static IEnumerable<HistoryEntry> Read(string path) =>
        File.ReadLines(path).Select(line => JsonSerializer.Deserialize<HistoryEntry>(line)!);

    /// <summary>Writes what is still in memory to the file.</summary>
    public void Flush()
    {
        lock (_lock)
            _file.Flush();
    }

    public void Dispose() => _file.Dispose();
}
