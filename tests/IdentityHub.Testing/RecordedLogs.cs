using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace IdentityHub.Testing;

/// <summary>Keeps every log record of a server: the text, the structured values, and the exception.</summary>
public sealed class RecordedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _records = [];

    /// <summary>The records in the order in which they were written; one string each.</summary>
    public IReadOnlyCollection<string> Records => _records;

    /// <summary>The first records of errors, for the output of a test: a status of 500 names no cause. Empty without any.</summary>
    public string Errors => string.Join(Environment.NewLine, _records.Where(IsError).Take(5));

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, _records);

    public void Dispose()
    {
    }

    public override string ToString() => string.Join(Environment.NewLine, _records);

    private static bool IsError(string record) =>
        record.StartsWith("Error ", StringComparison.Ordinal) || record.StartsWith("Critical ", StringComparison.Ordinal);

    private sealed class Recorder(string category, ConcurrentQueue<string> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IReadOnlyList<KeyValuePair<string, object?>> pairs
                ? string.Join(" ", pairs.Select(pair => $"{pair.Key}={pair.Value}"))
                : "";
            records.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {values} {exception}");
        }
    }
}
