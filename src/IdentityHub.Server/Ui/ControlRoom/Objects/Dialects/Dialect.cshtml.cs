using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Ui.ControlRoom.Objects.Dialects;

/// <summary>
/// <c>/admin/dialects/NAME</c>: who still calls an older API and whom to tell, its dates, its switch, and who would be refused if it were
/// switched off today.
/// </summary>
internal sealed class DialectModel(ControlRoomAccess access) : SingleObjectPage("admin/dialects", access)
{
    private const int PreviewDays = 30;

    // What each older API has, and the switch, which has a button.
    private static readonly string[] s_notUsual = ["enabled"];

    public override ObjectKind? Kind => DialectNames.All.Contains(Name)
        ? DialectListModel.Kind with { Usual = UsualOf(Name) }
        : null;

    public ShownObject Report { get; private set; }

    public ShownObject Preview { get; private set; }

    public ShownList Callers { get; private set; } = ShownList.Empty;

    /// <summary>Clients that may send one-time passwords; empty for another older API.</summary>
    public ShownList OtpClients { get; private set; } = ShownList.Empty;

    public DayChart Chart => DayChart.Of(Text["cr.dialect.chart"], DayChart.DaysOf(Report), Context.Now);

    protected override IReadOnlyList<PageAction> Actions =>
    [
        .. base.Actions,
        .. Kind is { } kind
            ?
            [
                SwitchOf(kind, "dialect_off", isOn: false), SwitchOf(kind, "dialect_on", isOn: true),
            ]
            : Array.Empty<PageAction>(),
    ];

    /// <summary>The buttons: of the switch, the one that changes something.</summary>
    public IEnumerable<PageAction> Switches =>
        Buttons.Where(action => action.Name != (Object.Flag("enabled") ? "dialect_on" : "dialect_off"));

    /// <summary>The table of callers.</summary>
    public TableView CallerTable => new(
        "callers", Text["cr.dialect.callers"],
        [
            Text["cr.dialect.caller"], Text["cr.field.contacts"], Text["cr.field.state"], Text["cr.field.calls_90"],
            Text["cr.field.last_seen_at"],
        ],
        [
            .. Callers.Items.Select(caller => (IReadOnlyList<Cell>)
            [
                caller.Text("kind") == "client"
                    ? Cell.To(caller.Text("name") ?? caller.Text("caller"), ClientPath(caller.Text("caller")))
                    : new(caller.Text("caller")),
                new(caller.Texts("contacts") is { Count: > 0 } contacts ? string.Join(", ", contacts) : null),
                caller.Flag("allowed") ? new(Text["cr.dialect.state.allowed"]) : Cell.Badge(Text["cr.dialect.state.refused"]),
                new(caller.Number("calls").ToString("N0", CultureInfo.GetCultureInfo(Text.Language))),
                Cell.At(caller.Time("last_seen_at")),
            ]),
        ],
        Text["cr.dialect.callers.none"],
        Callers.NextCursor is { } cursor
            ? RedirectUris.WithQuery(Request.Path.ToUriComponent(), $"cursor={Uri.EscapeDataString(cursor)}")
            : null);

    /// <summary>The one-time passwords of each client.</summary>
    public TableView OtpTable => new(
        "otp", Text["cr.dialect.otp"],
        [Text["cr.client"], Text["cr.client.otp.enabled"], Text["cr.client.otp.ttl"], Text["cr.client.otp.digits"], ""],
        [
            .. OtpClients.Items.Select(client => (client, Otp: client.Object("otp"), Path: ClientPath(client.Text("client_id"))))
                .Select(row => (IReadOnlyList<Cell>)
                [
                    Cell.To(row.client.Text("client_name") ?? row.client.Text("client_id"), row.Path),
                    new(Text[row.Otp.Flag("enabled") ? "cr.yes" : "cr.no"]), new(row.Otp.Text("ttl")), new(row.Otp.Text("digits")),
                    ObjectForms.IsOfFile(row.client)
                        ? ObjectForms.OwnerOf(row.client, Text)
                        : Cell.To(Text["cr.do.client_otp"], $"{row.Path}?do=client_otp"),
                ]),
        ],
        Text["cr.dialect.otp.none"], OtpClients.NextCursor is null ? null : $"/admin/clients?dialect={DialectNames.Otp}",
        IsNextElsewhere: true);

    protected override async Task<Refusal?> LoadAsync()
    {
        if (await base.LoadAsync() is { } refusal)
            return refusal;
        Report = await ShowAsync("adminGetDialectReport", DayChart.Days);
        Preview = await ShowAsync("adminPreviewSwitchOff", PreviewDays);
        Callers = await ListAsync(
            "adminListDialectCallers", PathValues, ("days", Text(DayChart.Days)), ("cursor", Request.Query["cursor"].FirstOrDefault()));
        if (Name == DialectNames.Otp)
            OtpClients = await ListAsync("adminListClients", [], ("dialect", Name), ("limit", "200"));
        return null;

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

        async Task<ShownObject> ShowAsync(string operation, int days)
        {
            var answer = await CallAsync(new(operation) { Path = PathValues, Query = [("days", Text(days))] });
            return answer.Succeeded ? ShownObject.Of(answer.Value) : default;
        }
    }

    private static PageAction SwitchOf(ObjectKind kind, string name, bool isOn) => new(name, kind.Change)
    {
        IsDangerous = true,
        Body = _ => new JsonObject { ["enabled"] = isOn },
    };

    private static string ClientPath(string? clientId) => $"/admin/clients/{Uri.EscapeDataString(clientId!)}";

    private static IReadOnlyList<string> UsualOf(string dialect) =>
        [.. ObjectKey.Of("dialects", dialect).Select(key => key.Name).Except(s_notUsual)];
}
