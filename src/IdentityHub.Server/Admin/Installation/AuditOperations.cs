using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>
/// Reads the audit trail. A user who may not read all of it names a user whose home their permission reaches and who may do no more than
/// they, and reads what is about that user.
/// </summary>
internal sealed class AuditOperations(AuditReader trail, AuditAccess access)
{
    private const int FlushBytes = 64 * 1024;

    // Without a condition that an index answers, a page reads this much at most.
    private static readonly TimeSpan s_usualSpan = TimeSpan.FromDays(1);

    // Nothing is older, and times before it cannot be calculated with.
    private static readonly DateTimeOffset s_first = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A reader may be slow for hours.
    private static readonly TimeSpan s_longestExport = TimeSpan.FromMinutes(30);
    private const int MostExports = 2;

    internal static readonly AdminArea Area = new("audit", "Administration: audit trail");

    private static readonly Field[] s_filters =
    [
        Field.Text("user_id", "The user that rows are about.") with { Format = "uuid", TextFault = IdFault },
        Field.Text("client_id", "What the caller claimed to be."),
        Field.Text("type", "E.g. `token.issued`."),
        Field.Text("reason", "Why a request was refused."),
        Field.Text("endpoint", "Without its leading slash, e.g. `connect/token`."),
        Field.Text("trace_id", "The `trace_id` of an error answer.") with
        {
            TextFault = text => TraceOf(text) is null ? "is 32 hexadecimal digits" : null,
        },
        Field.Text("from", "The first time, RFC 3339.") with { Format = "date-time", TextFault = TimeFault },
        Field.Text("to", "The first time that is not wanted any more.") with { Format = "date-time", TextFault = TimeFault },
    ];

    private static readonly Field[] s_row =
    [
        Field.Text("id", "Unique.") with { IsRequired = true, Format = "uuid" },
        Field.Text("at", "When it happened.") with { IsRequired = true, Format = "date-time" },
        Field.Text("type", "What happened.") with { IsRequired = true },
        Field.Text("endpoint", "Through which endpoint.") with { IsRequired = true },
        Nullable("grant_type", "By which grant."), Nullable("client_id", "By which client."), Nullable("user_id", "About which user."),
        Nullable("session_id", "In which session."), Nullable("reason", "Why it was refused."), Nullable("detail", "A sentence."),
        Nullable("ip_address", "From where."), Nullable("generation", "The configuration in force."),
        Nullable("actor_id", "Who has changed it by this API."), Nullable("target", "What was changed by this API."),
        new("changes", FieldType.OpenObject, "`before` and `after` of what was changed by this API.")
        {
            IsRequired = true, MayBeNull = true,
        },
        Field.Text("trace_id", "Of the request.") with { IsRequired = true },
    ];

    private int _exports;

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/audit/events", Area, "adminListAuditEvents", "Lists rows of the audit trail")
        {
            Text =
                "The newest first. Without `user_id`, `reason`, `trace_id` and `from`, the rows of the last 24 hours.",
            Permission = Permissions.AuditRead,
            Query = s_filters,
            IsPaged = true,
            Answer = s_row,
            Handle = ListAsync,
        },
        new("GET", "/audit/export", Area, "adminExportAuditEvents", "Streams rows of the audit trail")
        {
            Text =
                "NDJSON (`application/x-ndjson`): one row a line, the oldest first, however many there are. A connection that is cut "
                    + "before its end has not shown all rows. One export lasts 30 minutes at most, and two run on a node at once: for "
                    + "more, ask for shorter times.",
            Permission = Permissions.AuditRead,
            Query = s_filters,
            Answer = s_row,
            Handle = ExportAsync,
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var filter = FilterOf(request.Query);
        if (await RefusalAsync(request, filter) is { } refusal)
            return refusal;
        var page = request.Page;
        if (!filter.IsSelective && filter.From is null)
            filter = filter with { From = (filter.To ?? request.Call.Now) - s_usualSpan };
        if (page.After?.Split(' ') is [var at, var id])
            filter = filter with { Before = (new(long.Parse(at, CultureInfo.InvariantCulture), TimeSpan.Zero), Guid.Parse(id)) };
        var rows = await trail.ListNewestAsync(filter, page.Limit + 1, request.Call.Now, request.Call.Cancelled);
        return page.AnswerOf(rows, static row => string.Create(CultureInfo.InvariantCulture, $"{row.At.UtcTicks} {row.Id}"), Show);
    }

    private async Task<Outcome<AdminAnswer>> ExportAsync(AdminRequest request)
    {
        var filter = FilterOf(request.Query);
        if (await RefusalAsync(request, filter) is { } refusal)
            return refusal;
        if (Interlocked.Increment(ref _exports) > MostExports)
        {
            Interlocked.Decrement(ref _exports);
            return Refusal.TooManyRequests(Reasons.RateLimit, $"{MostExports} exports run on the node", TimeSpan.FromSeconds(30));
        }

        return new AdminAnswer(StatusCodes.Status200OK, null, null, null)
        {
            Lines = (writer, cancelled) => ExportAsync(filter, request.Call.Now, writer, cancelled),
        };
    }

    private async Task ExportAsync(AuditFilter filter, DateTimeOffset now, PipeWriter writer, CancellationToken cancelled)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        try
        {
            ends.CancelAfter(s_longestExport);
            await WriteAsync(trail.StreamAsync(filter, now, ends.Token), writer, ends.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _exports);
        }
    }

    // The writer holds no more than one flush: a slow reader holds memory of one batch, and no connection.
    private static async Task WriteAsync(IAsyncEnumerable<AuditEvent> rows, PipeWriter writer, CancellationToken cancelled)
    {
        await foreach (var row in rows.WithCancellation(cancelled))
        {
            var line = AdminJson.Bytes(Show(row));
            line.CopyTo(writer.GetSpan(line.Length + 1));
            writer.GetSpan(line.Length + 1)[line.Length] = (byte)'\n';
            writer.Advance(line.Length + 1);
            if (writer.UnflushedBytes >= FlushBytes)
                await writer.FlushAsync(cancelled);
        }

        await writer.FlushAsync(cancelled);
    }

    private async Task<Refusal?> RefusalAsync(AdminRequest request, AuditFilter filter)
    {
        if (request.Call.Caller.Rights.HasEverywhere(Permissions.AuditRead))
            return null;
        return filter.UserId is { } user
            ? await access.RefusalOfUserAsync(request.Call, user)
            : Refusal.Of(
                RefusalKind.Forbidden, "Name a user by the parameter user_id: you may not read the whole audit trail.",
                Reasons.RightsExceeded);
    }

    private static AuditFilter FilterOf(Parameters query) => new()
    {
        UserId = query["user_id"] is { } user ? Guid.Parse(user) : null,
        ClientId = query["client_id"],
        Type = query["type"],
        Reason = query["reason"],
        Endpoint = query["endpoint"],
        TraceId = query["trace_id"] is { } trace ? TraceOf(trace) : null,
        From = query["from"] is { } from ? TimeOf(from) : null,
        To = query["to"] is { } to ? TimeOf(to) : null,
    };

    private static object Show(AuditEvent row) => new
    {
        row.Id,
        row.At,
        row.Type,
        row.Endpoint,
        row.GrantType,
        row.ClientId,
        row.UserId,
        row.SessionId,
        row.Reason,
        row.Detail,
        row.IpAddress,
        row.Generation,
        row.ActorId,
        row.Target,
        Changes = row.Changes is { } changes ? JsonElement.Parse(changes) : (JsonElement?)null,
        TraceId = row.TraceId.ToString("N"),
    };

    private static Field Nullable(string name, string text) => Field.Text(name, text) with { IsRequired = true, MayBeNull = true };

    private static string? IdFault(string text) => Guid.TryParseExact(text, "D", out _) ? null : "is a UUID";

    private static string? TimeFault(string text) =>
        TimeOf(text) is not { } time ? "is a time such as 2027-11-01T00:00:00Z" : time < s_first ? $"is {s_first.Year} or later" : null;

    private static Guid? TraceOf(string text) => Guid.TryParseExact(text, "N", out var id) ? id : null;

    private static DateTimeOffset? TimeOf(string text) => AdminJson.ParseTime(text);
}
