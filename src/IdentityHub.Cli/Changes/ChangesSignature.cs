using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Cli.Changes;

/// <summary>The last line of a file of <c>hub audit changes</c>.</summary>
/// <param name="Event">Always <see cref="ChangesSignature.Event"/>.</param>
/// <param name="From">Every row of this time and later is in the file. UTC.</param>
/// <param name="Until">Rows of this time and later may be missing. UTC.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Hmac">HMAC-SHA-256 over the lines of the rows and the three values before it, in base64.</param>
internal sealed record SignedEnd(string Event, string From, string Until, int Rows, string Hmac);

/// <summary>
/// Signs rows of the audit trail with a key of its own, derived from the key file: a person who can write to the place where such files are
/// kept, and has not the key file, can neither add nor remove a row. Several files may be joined: each ends with its own signature.
/// </summary>
internal sealed class ChangesSignature(KeyProtector protector) : IDisposable
{
    /// <summary>Type of the line with the signature; no audit row has it.</summary>
    public const string Event = "changes.signed";

    private const string KeyPurpose = "audit-changes";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, protector.DeriveKey(KeyPurpose));
    private int _rows;

    /// <summary>Adds the line of a row, without its line feed.</summary>
    public void Add(string line)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        _rows++;
    }

    /// <summary>The line that ends the rows added so far. The next row begins a new file.</summary>
    public SignedEnd End(DateTimeOffset from, DateTimeOffset until)
    {
        var (begin, end, rows) = (TextOf(from), TextOf(until), _rows);
        return new SignedEnd(Event, begin, end, rows, Convert.ToBase64String(Compute(begin, end, rows)));
    }

    /// <summary>The span that the rows added so far cover; null where this line does not sign just these.</summary>
    /// <exception cref="FormatException">The line lacks a value, or one has another form.</exception>
    public (DateTimeOffset From, DateTimeOffset Until)? Verify(JsonElement line)
    {
        var (begin, end) = (line.GetProperty("from").GetString()!, line.GetProperty("until").GetString()!);
        var signed = line.GetProperty("hmac").GetBytesFromBase64();
        return CryptographicOperations.FixedTimeEquals(Compute(begin, end, line.GetProperty("rows").GetInt32()), signed)
            ? (TimeOf(begin), TimeOf(end))
            : null;
    }

    public void Dispose() => _hash.Dispose();

    private byte[] Compute(string from, string until, int rows)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Event}\n{from}\n{until}\n{rows}\n")));
        _rows = 0;
        return _hash.GetHashAndReset();
    }

    private static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset TimeOf(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
