using System.Globalization;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Objects;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.DialectUse;

namespace IdentityHub.Server.Admin.Dialects;

/// <summary>Who still calls the older APIs, whom to tell, and what would happen if one were switched off.</summary>
internal sealed class DialectOperations(DialectUseStore uses, DialectReports reports)
{
    /// <summary>Days are remembered longer; no report asks for more.</summary>
    public const int MostDays = 366;

    /// <summary>How many days count where nothing is said.</summary>
    public const int UsualDays = 90;

    private const int MostShown = 200;
    private const string LoginCodes = "login_codes";

    private static readonly Field s_since =
        Field.Text("since", "The first day that counts, UTC, in place of `days`.") with
        {
            Format = "date",
            TextFault = text => DayOf(text) is null ? "is a date such as 2026-11-30, not before 2000" : null,
        };

    private static readonly Field[] s_window =
    [
        Field.Text("days", $"How many days count, today included: 1 to {MostDays}. Left out: {UsualDays}.") with
        {
            TextFault = text => DaysOf(text) is null ? $"is a number from 1 to {MostDays}" : null,
        },
        s_since,
    ];

    private static readonly Field s_days = new("days", FieldType.List, "The days with calls.")
    {
        IsRequired = true,
        Members =
        [
            Field.Text("day", "UTC.") with { IsRequired = true, Format = "date", Example = "\"2026-11-30\"" },
            new("calls", FieldType.Number, "On that day.") { IsRequired = true },
        ],
    };

    private static readonly Field[] s_caller =
    [
        Field.Text("client_id", "The client; at `/v1/*` the user name of the service user, at the open endpoints the tenant.") with
        {
            IsRequired = true,
        },
        new("calls", FieldType.Number, "In these days.") { IsRequired = true },
        Field.Text("last_seen_at", "The last call.") with { IsRequired = true, Format = "date-time" },
        s_days,
    ];

    private static readonly Field[] s_row =
    [
        Field.Text("caller", "The client; at `/v1/*` the user name of the service user, at the open endpoints the tenant.") with
        {
            IsRequired = true,
        },
        Field.Text("kind", "`client`, `service_user`, `tenant`, `api_key`, or `login_sessions` for all login sessions together.") with
        {
            IsRequired = true,
        },
        Field.Text("name", "What administrators call it.") with { IsRequired = true, MayBeNull = true },
        new("contacts", FieldType.List, "Whom to tell: `contacts` of the client or tenant, the e-mail address of the service user.")
        {
            IsRequired = true,
        },
        new("allowed", FieldType.Flag, "False for one that may not call any more.") { IsRequired = true },
        new("calls", FieldType.Number, "In these days.") { IsRequired = true },
        Field.Text("last_seen_at", "The last call that is remembered.") with { IsRequired = true, MayBeNull = true, Format = "date-time" },
        new("would_be_refused", FieldType.Flag, "True where it has called in these days, and is answered now.") { IsRequired = true },
    ];

    private static readonly Field[] s_use =
    [
        Field.Text("dialect", "The older API.") with { IsRequired = true },
        new("enabled", FieldType.Flag, "True where it is on.") { IsRequired = true },
        Field.Text("deprecation", "When callers are told from.") with { IsRequired = true, MayBeNull = true, Format = "date" },
        Field.Text("sunset", "When it ends.") with { IsRequired = true, MayBeNull = true, Format = "date" },
        new("calls", FieldType.Number, "In these days.") { IsRequired = true },
        Field.Text("last_seen_at", "The last call that is remembered.") with { IsRequired = true, MayBeNull = true, Format = "date-time" },
        s_days,
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/dialects/{dialect}/use", ObjectAreas.Dialects.Area, "adminListDialectUse", "Lists who calls an older API")
        {
            Text =
                "Each client that has called it, with its calls a day. A running node writes its counts every two seconds. "
                    + "`/callers` says whom to tell.",
            Permission = ObjectAreas.Dialects.ReadPermission,
            Query = s_window,
            IsPaged = true,
            Answer = s_caller,
            Handle = ListAsync,
        },
        new("GET", "/dialects/{dialect}/report", ObjectAreas.Dialects.Area, "adminGetDialectReport", "Shows the use of an older API")
        {
            Text = "The calls of all clients together by day, with its dates: what is asked before it is closed.",
            Permission = ObjectAreas.Dialects.ReadPermission,
            Query = s_window,
            Answer = s_use,
            Handle = async request => DialectOf(request) is { } dialect
                ? AdminAnswer.Of(Show(await reports.ReadAsync(dialect, SinceOf(request), request.Call.Cancelled)))
                : AdminProblems.NotFound(),
        },
        new("GET", "/dialects/{dialect}/callers", ObjectAreas.Dialects.Area, "adminListDialectCallers", "Lists callers of an older API")
        {
            Text = "Those who may call it, and those who did and may no longer, with whom to tell.",
            Permission = ObjectAreas.Dialects.ReadPermission,
            Query =
            [
                .. s_window,
                Field.Text("called", "`true`: only those with calls in these days; `false`: only those without.") with
                {
                    TextFault = text => text is "true" or "false" ? null : "is true or false",
                },
            ],
            IsPaged = true,
            Answer = s_row,
            Handle = ListCallersAsync,
        },
        new(
            "GET", "/dialects/{dialect}/switch-off-preview", ObjectAreas.Dialects.Area, "adminPreviewSwitchOff",
            "Shows who would be refused without an older API")
        {
            Text =
                "Who has called it in these days and would be refused if it were switched off today, or if only `callers` were suspended. "
                    + $"At most {MostShown} of them are listed, those with most calls first; the numbers count all. A call that did not "
                    + "prove who calls is in no count. To switch it off, set "
                    + "`enabled` of the older API to false; to switch off one client, name it in `suspended_dialects` of the client.",
            Permission = ObjectAreas.Dialects.ReadPermission,
            Query = [.. s_window, Field.Text("callers", "Only these, separated by blanks. Left out: all.")],
            Answer =
            [
                new("enabled", FieldType.Flag, "False: it is off already, and refuses all.") { IsRequired = true },
                Field.Text("since", "The first day that counts.") with { IsRequired = true, Format = "date" },
                new("refused_callers", FieldType.Number, "How many would be refused.") { IsRequired = true },
                new("refused_calls", FieldType.Number, "Their calls in these days.") { IsRequired = true },
                new("silent_callers", FieldType.Number, "How many may call and did not in these days.") { IsRequired = true },
                new("contacts", FieldType.List, "Everybody to tell, once each.") { IsRequired = true },
                new("refused", FieldType.List, "Who would be refused.") { IsRequired = true, Members = s_row },
                new(
                    "also_ends", FieldType.List,
                    $"What ends that is no call of a caller: of `otp` `{LoginCodes}`, logins by code on the login pages of all clients.")
                {
                    IsRequired = true,
                },
            ],
            Handle = PreviewAsync,
        },
        new(
            "GET", "/clients/{client_id}/dialects", ObjectAreas.Clients.Area, "adminListClientDialects",
            "Lists the older APIs of a client")
        {
            Text =
                "Those that it may use or has used, with its calls a day. To refuse the client at one of them while it stays on for "
                    + "others, name that one in `suspended_dialects` of the client.",
            Permission = ObjectAreas.Clients.ReadPermission,
            Query = s_window,
            Answer = AdminDescriptions.PageOf(
            [
                Field.Text("state", "`allowed`, `suspended`, or `not_allowed` where it called before.") with { IsRequired = true },
                .. s_use,
            ]),
            Handle = ListOfClientAsync,
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        if (DialectOf(request) is not { } dialect)
            return AdminProblems.NotFound();
        var page = request.Page;
        var callers = await uses.ListDaysAsync(
            dialect, SinceOf(request), page.After ?? "", page.Limit + 1, request.Call.Cancelled);
        return page.AnswerOf(callers, static caller => caller.ClientId, static caller => new
        {
            caller.ClientId,
            Calls = caller.Days.Sum(day => day.Calls),
            caller.LastSeenAt,
            Days = DaysOf(caller.Days),
        });
    }

    private async Task<Outcome<AdminAnswer>> ListCallersAsync(AdminRequest request)
    {
        if (DialectOf(request) is not { } dialect)
            return AdminProblems.NotFound();
        var page = request.Page;
        var called = request.Query["called"];
        var found = (await reports.ListCallersAsync(dialect, SinceOf(request), request.Call.Now, request.Call.Cancelled))
            .Where(row => called is null || row.Calls > 0 == (called == "true"))
            .Where(row => string.CompareOrdinal(row.Id, page.After ?? "") > 0)
            .Take(page.Limit + 1)
            .ToList();
        return page.AnswerOf(found, static row => row.Id, Show);
    }

    private async Task<Outcome<AdminAnswer>> PreviewAsync(AdminRequest request)
    {
        if (DialectOf(request) is not { } dialect)
            return AdminProblems.NotFound();
        var only = request.Query["callers"]?.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var rows = await reports.ListCallersAsync(dialect, SinceOf(request), request.Call.Now, request.Call.Cancelled);
        var unknown = only?.Except(rows.Select(static row => row.Id), StringComparer.Ordinal).ToList();
        if (unknown is [var first, ..])
            return Refusal.InvalidRequest(
                $"The parameter 'callers' names '{first}', which may not call and has not called.", Reasons.ParameterInvalid);
        return AdminAnswer.Of(
            ShowPreview(SwitchOffPreview.Of(rows, only), reports.IsOn(dialect), SinceOf(request), AlsoEndsOf(dialect, only)));
    }

    private async Task<Outcome<AdminAnswer>> ListOfClientAsync(AdminRequest request)
    {
        var name = ObjectOperations.NameOf(ObjectAreas.Clients, request);
        return await reports.ListOfClientAsync(name, SinceOf(request), request.Call.Cancelled) is { } found
            ? AdminAnswer.All(found.Select(one => Show(one.Use, NameOf(one.State))))
            : AdminProblems.NotFound();
    }

    // The pages offer a code wherever the older API is on; a client that is suspended alone keeps its pages.
    private static string[] AlsoEndsOf(string dialect, IReadOnlyList<string>? only) =>
        dialect == DialectNames.Otp && only is null ? [LoginCodes] : [];

    private static object ShowPreview(SwitchOffPreview preview, bool isOn, DateTimeOffset since, string[] alsoEnds) => new
    {
        Enabled = isOn,
        Since = DateOnly.FromDateTime(since.UtcDateTime),
        RefusedCallers = preview.Refused.Count,
        RefusedCalls = preview.Refused.Sum(row => row.Calls),
        SilentCallers = preview.Silent.Count,
        preview.Contacts,
        Refused = preview.Refused.Take(MostShown).Select(Show),
        AlsoEnds = alsoEnds,
    };

    private static object Show(DialectCallerRow row) => new
    {
        Caller = row.Id,
        Kind = NameOf(row.Kind),
        row.Name,
        row.Contacts,
        Allowed = row.IsAllowed,
        row.Calls,
        row.LastSeenAt,
        row.WouldBeRefused,
    };

    private static object Show(DialectUseReport use) => new
    {
        use.Dialect,
        Enabled = use.IsOn,
        use.Definition?.Deprecation,
        use.Definition?.Sunset,
        use.Calls,
        use.LastSeenAt,
        Days = DaysOf(use.Days),
    };

    private static object Show(DialectUseReport use, string state) => new
    {
        State = state,
        use.Dialect,
        Enabled = use.IsOn,
        use.Definition?.Deprecation,
        use.Definition?.Sunset,
        use.Calls,
        use.LastSeenAt,
        Days = DaysOf(use.Days),
    };

    private static IEnumerable<object> DaysOf(IEnumerable<CalledDay> days) =>
        days.Select(day => new { Day = DateOnly.FromDateTime(day.Day.UtcDateTime), day.Calls });

    private static string NameOf(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string? DialectOf(AdminRequest request) =>
        DialectNames.All.Contains(request.Text("dialect")) ? request.Text("dialect") : null;

    // A midnight UTC.
    private static DateTimeOffset SinceOf(AdminRequest request) => request.Query["since"] is { } since
        ? new(DayOf(since)!.Value, TimeOnly.MinValue, TimeSpan.Zero)
        : FirstDay(request.Call.Now, request.Query["days"] is { } text ? DaysOf(text)!.Value : UsualDays);

    /// <summary>The first of the last days, today included: a midnight UTC.</summary>
    public static DateTimeOffset FirstDay(DateTimeOffset now, int days) =>
        new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - days);

    private static int? DaysOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays ? days : null;

    private static DateOnly? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year >= 2000
            ? day
            : null;
}
