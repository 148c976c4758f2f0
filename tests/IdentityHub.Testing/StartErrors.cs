using System.Text;

namespace IdentityHub.Testing;

/// <summary>
/// What a server in this process writes to standard error while it starts, such as why it does not. Tests run side by side: each start is
/// recorded apart from the others, by the execution context that its threads have from the caller.
/// </summary>
internal sealed class StartErrors : IDisposable
{
    private static readonly AsyncLocal<StartErrors?> Current = new();
    private static readonly Lock Installing = new();
    private readonly StringBuilder _text = new();
    private bool _isOver;

    /// <summary>Records what is written from here on by the caller, and by threads that it starts.</summary>
    public static StartErrors Record()
    {
        // A test that takes standard error for itself gives it back: then this writer is there again.
        lock (Installing)
        {
            if (Writer.Installed is null)
                Console.SetError(Writer.Installed = new Writer(Console.Error));
        }

        return Current.Value = new StartErrors();
    }

    /// <summary>All that was written, line by line.</summary>
    public override string ToString()
    {
        lock (_text)
            return _text.ToString();
    }

    /// <summary>From now on the server writes where everybody does.</summary>
    public void Dispose()
    {
        lock (_text)
            _isOver = true;
        Current.Value = null;
    }

    private bool TryWrite(ReadOnlySpan<char> value)
    {
        lock (_text)
        {
            if (!_isOver)
                _text.Append(value);
            return !_isOver;
        }
    }

    private sealed class Writer(TextWriter others) : TextWriter
    {
        public static Writer? Installed { get; set; }

        public override Encoding Encoding => others.Encoding;

        public override void Write(char value) => Write([value]);

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer)
        {
            if (Current.Value?.TryWrite(buffer) is not true)
                others.Write(buffer);
        }

        public override void Flush() => others.Flush();
    }
}
