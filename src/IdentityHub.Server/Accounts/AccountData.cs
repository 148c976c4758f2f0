using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.UserData;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// Everything that the server stores about a user, as one JSON object: a list for each kind of row, the newest first, and the audit rows
/// about them. No secret, and nothing of another person: rows of the audit trail that another user has caused come without the IP address.
/// </summary>
internal sealed class AccountData(
    UserDataStore stored, PasskeyStore passkeys, AuditReader trail, CallLimits calls, AuditTrail audit)
{
    private const int PageSize = 1000;
    private static readonly CallRule OfUser = new(10, TimeSpan.FromHours(1));

    private static readonly JsonWriterOptions Format = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Counts a download, and records it.</summary>
    /// <returns>The refusal when there were too many; else null.</returns>
    public async Task<Refusal?> BeginAsync(StoredBrowserSession session, RequestContext context, CancellationToken cancellationToken)
    {
        var counted = await calls.CountAsync(
            OfUser, LimitNames.DataDownload, LimitNames.SubjectOf(session.UserId), context, cancellationToken);
        if (!counted.LetThrough)
            return Refusal.TooManyRequests(Reasons.DataDownloadsExhausted, "too many downloads of the data", counted.ResetsIn);
        await audit.WriteAsync(context, AuditTypes.DataDownloaded, session.UserId, session.Id);
        return null;
    }

    /// <summary>Writes it part by part: no more than one kind of row, or one page of the audit trail, is in memory.</summary>
    public async Task WriteAsync(Guid userId, DateTimeOffset now, PipeWriter output, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(output, Format);
        json.WriteStartObject();
        json.WriteString("made_at", now);
        json.WriteString("user_id", userId);
        foreach (var section in UserDataSections.All)
        {
            json.WriteStartArray(section.Name);
            foreach (var row in await stored.ListAsync(section, userId, cancellationToken))
                WriteRow(json, section, row);
            json.WriteEndArray();
            await FlushAsync(json, output, cancellationToken);
        }

        json.WriteStartArray("passkeys");
        foreach (var passkey in await passkeys.OfUserAsync(userId, cancellationToken))
            WritePasskey(json, passkey.Data);
        json.WriteEndArray();
        json.WriteStartArray("audit_events");
        await WriteAuditAsync(json, userId, now, output, cancellationToken);
        json.WriteEndArray();
        json.WriteEndObject();
        await FlushAsync(json, output, cancellationToken);
    }

    // Rows of one moment may be on two pages: those that were written are passed over.
    private async Task WriteAuditAsync(
        Utf8JsonWriter json, Guid userId, DateTimeOffset now, PipeWriter output, CancellationToken cancellationToken)
    {
        var written = new HashSet<Guid>();
        DateTimeOffset? end = null;
        for (var count = 0; count < UserDataStore.Most;)
        {
            var page = await trail.ListNewestAsync(
                new AuditFilter { UserId = userId, To = end }, PageSize, now, cancellationToken);
            var rows = page.Where(row => !written.Contains(row.Id)).ToList();
            foreach (var row in rows)
                WriteAuditRow(json, userId, row);
            await FlushAsync(json, output, cancellationToken);
            count += rows.Count;
            if (page.Count < PageSize || rows.Count == 0)
                return;
            written = [.. page.Select(row => row.Id)];
            end = page[^1].At + TimeSpan.FromMicroseconds(1);
        }
    }

    private static void WriteRow(Utf8JsonWriter json, UserDataSection section, object?[] row)
    {
        json.WriteStartObject();
        for (var i = 0; i < row.Length; i++)
        {
            json.WritePropertyName(section.Columns[i].Name);
            switch (row[i])
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case DateTimeOffset time:
                    json.WriteStringValue(time);
                    break;
                case Guid id:
                    json.WriteStringValue(id);
                    break;
                case string text when section.Columns[i].Kind == UserDataKind.Json:
                    json.WriteRawValue(text);
                    break;
                case string text:
                    json.WriteStringValue(text);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WritePasskey(Utf8JsonWriter json, PasskeyData passkey)
    {
        json.WriteStartObject();
        json.WriteString("name", passkey.Name);
        json.WriteString("created_at", passkey.CreatedAt);
        WriteTime(json, "last_used_at", passkey.LastUsedAt);
        json.WriteBoolean("is_on_several_devices", passkey.IsBackedUp);
        json.WriteString("aaguid", passkey.Aaguid);
        json.WriteEndObject();
    }

    private static void WriteAuditRow(Utf8JsonWriter json, Guid userId, AuditEvent row)
    {
        json.WriteStartObject();
        json.WriteString("at", row.At);
        json.WriteString("type", row.Type);
        json.WriteString("endpoint", row.Endpoint);
        json.WriteString("grant_type", row.GrantType);
        json.WriteString("client_id", row.ClientId);
        json.WriteString("session_id", row.SessionId?.ToString());
        json.WriteString("reason", row.Reason);
        json.WriteString("ip_address", AuditTrail.NamesAnother(row, userId) ? null : row.IpAddress);
        json.WriteString("trace_id", row.TraceId.ToString("N"));
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteString(name, known);
        else
            json.WriteNull(name);
    }

    private static async Task FlushAsync(Utf8JsonWriter json, PipeWriter output, CancellationToken cancellationToken)
    {
        await json.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
