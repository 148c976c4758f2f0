using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using Microsoft.AspNetCore.Html;

namespace IdentityHub.Server.Ui.ControlRoom.Dashboard;

/// <summary><c>/admin</c>: how the installation is, for its administrators; for others the organizations that they administer.</summary>
internal sealed class DashboardModel(ControlRoomAccess access) : ControlRoomPage("admin", access)
{
    private const int MostBars = 8;

    public override ControlRoomArea Area => ControlRoomAreas.Dashboard;

    public bool IsOfInstallation => Visit.Rights.IsAdministrator;

    public ShownObject Figures { get; private set; }

    public ShownObject Configuration { get; private set; }

    public ShownObject Outbox { get; private set; }

    public ShownList Keys { get; private set; } = ShownList.Empty;

    /// <summary>Calls of the older APIs in the last 30 days, of those that were called.</summary>
    public IReadOnlyList<(string Name, long Count)> Dialects { get; private set; } = [];

    public ShownList Organizations { get; private set; } = ShownList.Empty;

    /// <summary>A number of the last 24 hours; of <c>refusals</c>, however they were refused.</summary>
    public string Last24Hours(string name) => IsCounted("hours")
        ? Shown(Figures.Objects("hours").Sum(hour => NumberOf(hour, name)))
        : Text["cr.dashboard.not_counted"];

    /// <summary>False where an hour or day is not counted now.</summary>
    /// <param name="spans"><c>hours</c> or <c>days</c>.</param>
    public bool IsCounted(string spans) => Figures.Objects(spans).All(span => span.Text("logins") is not null);

    /// <summary>A number for the page.</summary>
    public string Shown(long number) => number.ToString("N0", Culture);

    /// <summary>The most frequent reasons, or clients, of a span.</summary>
    /// <param name="spans"><c>hours</c> or <c>days</c>.</param>
    /// <param name="list"><c>refusals</c> or <c>clients</c>.</param>
    public IReadOnlyList<(string Name, long Count)> Top(string spans, string list) =>
        [.. Figures.Objects(spans)
            .SelectMany(span => span.Objects(list))
            .GroupBy(one => one.Text("name")!, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Sum(one => one.Number("count"))))
            .OrderByDescending(one => one.Item2).ThenBy(one => one.Key, StringComparer.Ordinal)
            .Take(MostBars)];

    /// <summary>A bar for each hour or day.</summary>
    public IHtmlContent Chart(string spans, string name) => Charts.Columns(
        Text[$"cr.chart.{name}"],
        [.. Figures.Objects(spans).Select(span => new ChartColumn(
            span.Time("from")!.Value.UtcDateTime.ToString(spans == "hours" ? "HH:mm" : "d MMM", Culture),
            NumberOf(span, name)))],
        name == "refusals");

    /// <summary>Days since a key began to sign.</summary>
    public string AgeOf(ShownObject key) => key.Time("signs_from") is { } from && from <= Context.Now
        ? Text.With("cr.days", ("days", ((int)(Context.Now - from).TotalDays).ToString(CultureInfo.InvariantCulture)))
        : "–";

    private static long NumberOf(ShownObject span, string name) =>
        name == "refusals" ? span.Objects(name).Sum(one => one.Number("count")) : span.Number(name);

    private CultureInfo Culture => CultureInfo.GetCultureInfo(Text.Language);

    protected override async Task<Refusal?> LoadAsync()
    {
        if (!IsOfInstallation)
        {
            Organizations = await ListAsync("adminListOrganizations", []);
            return null;
        }

        var figures = await ReadAsync("adminGetFigures");
        var configuration = await ReadAsync("adminGetConfigurationState");
        var outbox = await ReadAsync("adminGetOutboxBacklog");
        if (!figures.Succeeded || !configuration.Succeeded || !outbox.Succeeded)
            return figures.Error ?? configuration.Error ?? outbox.Error;
        (Figures, Configuration, Outbox) =
            (ShownObject.Of(figures.Value), ShownObject.Of(configuration.Value), ShownObject.Of(outbox.Value));
        Keys = await ListAsync("adminListKeys", []);
        var dialects = new List<(string, long)>();
        foreach (var dialect in DialectNames.All)
        {
            var callers = await ListAsync("adminListDialectUse", [("dialect", dialect)], ("days", "30"), ("limit", "200"));
            if (callers.Items.Sum(caller => caller.Number("calls")) is > 0 and var calls)
                dialects.Add((dialect, calls));
        }

        Dialects = [.. dialects.OrderByDescending(dialect => dialect.Item2)];
        return null;
    }
}
