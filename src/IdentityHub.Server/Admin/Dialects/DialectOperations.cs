using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Objects;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.DialectUse;

namespace IdentityHub.Server.Admin.Dialects;

/// <summary>Who still calls an older API: the clients of the list would be refused if it were switched off today.</summary>
internal sealed class DialectOperations(DialectUseStore uses)
{
    private const int UsualDays = 90;
    private const int MostDays = 366;

    private static readonly Field[] s_caller =
    [
        Field.Text("client_id", "The client; at `/v1/*` the user name of the service user, at the open endpoints the tenant.") with
        {
            IsRequired = true,
        },
        new("calls", FieldType.Number, "In these days.") { IsRequired = true },
        Field.Text("last_seen_at", "The last call.") with { IsRequired = true, Format = "date-time" },
        new("days", FieldType.List, "The days with calls.")
        {
            IsRequired = true,
            Members =
            [
                Field.Text("day", "UTC.") with { IsRequired = true, Format = "date", Example = "\"2026-11-30\"" },
                new("calls", FieldType.Number, "On that day.") { IsRequired = true },
            ],
        },
    ];

    /// <summary>Calls of an older API by client and day.</summary>
    public AdminOperation Use => new(
        "GET", "/dialects/{dialect}/use", ObjectAreas.Dialects.Area, "adminListDialectUse", "Lists who calls an older API")
    {
        Text =
            "Each client that has called it, with its calls a day: these would be refused if it were switched off. A running node writes "
                + "its counts every two seconds.",
        Permission = ObjectAreas.Dialects.ReadPermission,
        Query =
        [
            Field.Text("days", $"How many days count, today included: 1 to {MostDays}. Left out: {UsualDays}.") with
            {
                TextFault = text => DaysOf(text) is null ? $"is a number from 1 to {MostDays}" : null,
            },
        ],
        IsPaged = true,
        Answer = s_caller,
        Handle = ListAsync,
    };

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var dialect = request.Text("dialect");
        if (!DialectNames.All.Contains(dialect))
            return AdminProblems.NotFound();
        var days = request.Query["days"] is { } text ? DaysOf(text)!.Value : UsualDays;
        var since = new DateTimeOffset(request.Call.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - days);
        var page = request.Page;
        var callers = await uses.ListDaysAsync(dialect, since, page.After ?? "", page.Limit + 1, request.Call.Cancelled);
        return page.AnswerOf(callers, static caller => caller.ClientId, static caller => new
        {
            caller.ClientId,
            Calls = caller.Days.Sum(day => day.Calls),
            caller.LastSeenAt,
            Days = caller.Days.Select(day => new { Day = DateOnly.FromDateTime(day.Day.UtcDateTime), day.Calls }),
        });
    }

    private static int? DaysOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays ? days : null;
}
