using System.Globalization;
using System.Text;
using CsvHelper;

namespace IdentityHub.Cli.Users.Import;

/// <summary>
/// What was not imported, and why: comma-separated <c>line,user_name,reason</c>. Holds no hash. Made when there is something to write. An
/// import that is resumed writes behind what its last stored batch had written.
/// </summary>
internal sealed class RejectFile : IAsyncDisposable
{
    private static readonly string[] Header = ["line", "user_name", "reason"];
    private readonly string _path;
    private readonly long _length;
    private FileStream? _file;

    /// <param name="length">Of what was there when the last batch was stored; 0 for a new one.</param>
    public RejectFile(string path, long length)
    {
        _path = path;
        _length = length;
    }

    /// <summary>In bytes; what was added is on the disk.</summary>
    public long Length => _file?.Length ?? _length;

    /// <summary>Adds records.</summary>
    public async Task AddAsync(IReadOnlyCollection<(ImportRecord Record, string Reason)> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0)
            return;
        var file = Open();
        await using (var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true))
        await using (var csv = new CsvWriter(text, CultureInfo.InvariantCulture, leaveOpen: true))
        {
            if (file.Length == 0)
                await WriteAsync(csv, Header);
            foreach (var (record, reason) in rejects)
                await WriteAsync(
                    csv,
                    [
                        record.Line.ToString(CultureInfo.InvariantCulture), record.Values.GetValueOrDefault(ImportColumns.UserName, ""),
                        reason
                    ]);
        }

        await file.FlushAsync(cancellationToken);
    }

    /// <summary>Takes back what was added behind this length: its batch was not stored.</summary>
    public void GoBackTo(long length)
    {
        _file?.SetLength(length);
        _file?.Seek(0, SeekOrigin.End);
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync();
    }

    private FileStream Open()
    {
        if (_file is not null)
            return _file;
        _file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        _file.SetLength(Math.Min(_length, _file.Length));
        _file.Seek(0, SeekOrigin.End);
        return _file;
    }

    private static async Task WriteAsync(CsvWriter csv, IEnumerable<string> fields)
    {
        foreach (var field in fields)
            csv.WriteField(field);
        await csv.NextRecordAsync();
    }
}
