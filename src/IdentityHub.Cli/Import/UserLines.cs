using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityHub.Cli.Users.Import;

namespace IdentityHub.Cli.Import;

/// <summary>
/// Writes users as JSON lines, and reports each whom <c>hub users import</c> would refuse. What the database of this server holds is not
/// looked at.
/// </summary>
/// <param name="progressed">Told now and then how many users were written.</param>
internal sealed class UserLines(TextWriter writer, ImportReport report, Action<int> progressed)
{
    private const int ProgressStep = 100;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly ImportOptions Options = new(BareDigest: null, Firebase: null, PhoneRegion: null);

    private readonly UserAccess _access = new();

    /// <summary>How many were written.</summary>
    public int Count { get; private set; }

    /// <param name="label">What the report calls the user.</param>
    public async Task WriteAsync(UserLine user, string label)
    {
        var line = JsonSerializer.Serialize(user, Json);
        foreach (var record in JsonLineRecords.Read(new StringReader(line)))
        {
            if (ImportedUser.Read(record, Options).Fault is { } fault)
                report.Add(label, "", null, $"hub users import will refuse the user: {fault}");
        }

        _access.Add(user);
        await writer.WriteLineAsync(line);
        if (++Count % ProgressStep == 0)
            progressed(Count);
    }

    /// <summary>Reports how the users sign in who have no password.</summary>
    public void ReportAccess() => _access.AddTo(report);
}
