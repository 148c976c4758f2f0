using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>Figures of the installation: what the overview of the control room draws.</summary>
internal sealed class FigureOperations(InstallationFigures figures)
{
    private static readonly Field[] s_counted =
    [
        Field.Text("name", "A reason, or a client.") with { IsRequired = true },
        new("count", FieldType.Number, "How often.") { IsRequired = true },
    ];

    private static readonly Field[] s_span =
    [
        Field.Text("from", "Its begin.") with { IsRequired = true, Format = "date-time" },
        new("logins", FieldType.Number, "Logins of users; null where it is not counted now.") { IsRequired = true, MayBeNull = true },
        new("tokens", FieldType.Number, "Answers with tokens; null where it is not counted now.") { IsRequired = true, MayBeNull = true },
        new("refusals", FieldType.List, "By reason, the most frequent ones first.") { IsRequired = true, Members = s_counted },
        new("clients", FieldType.List, "Tokens by client, those with the most first.") { IsRequired = true, Members = s_counted },
    ];

    /// <summary>All there is.</summary>
    public AdminOperation Show => new(
        "GET", "/audit/figures", AuditOperations.Area, "adminGetFigures", "Counts logins, tokens and refusals")
    {
        Text =
            "The last 24 hours by the hour, and the last 30 days by days, from the audit trail. A node counts what is over once, and "
                + "what is not every 20 seconds at most; what it could not count in two seconds is null, and is counted by a later call. "
                + "Of reasons and clients each hour or day has the 20 most frequent ones; a day that is not over has them by its hours.",
        Permission = null,
        Answer =
        [
            new("hours", FieldType.List, "The first one first; the last one is not over.") { IsRequired = true, Members = s_span },
            new("days", FieldType.List, "The same by days of UTC.") { IsRequired = true, Members = s_span },
        ],
        Handle = async request => AdminAnswer.Of(new
        {
            Hours = (await figures.HoursAsync(request.Call.Now, request.Call.Cancelled)).Select(Shown),
            Days = (await figures.DaysAsync(request.Call.Now, request.Call.Cancelled)).Select(Shown),
        }),
    };

    private static object Shown(CountedSpan span) => new
    {
        span.From,
        span.Figures?.Logins,
        span.Figures?.Tokens,
        Refusals = span.Figures?.Refusals ?? [],
        Clients = span.Figures?.Clients ?? Array.Empty<CountedRows>(),
    };
}
