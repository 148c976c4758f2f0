using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Objects;

namespace IdentityHub.Server.Ui.ControlRoom.Objects.Dialects;

/// <summary><c>/admin/dialects</c>: the older APIs, and how much each is still used.</summary>
internal sealed class DialectListModel(ControlRoomAccess access) : ControlRoomPage("admin/dialects", access)
{
    /// <summary>Older APIs.</summary>
    public static ObjectKind Kind { get; } = new(ObjectAreas.Dialects, ControlRoomAreas.Dialects, [], []);

    public override ControlRoomArea Area => ControlRoomAreas.Dialects;

    public IReadOnlyList<ShownObject> Dialects { get; private set; } = [];

    public TableView Table => new(
        "dialects", Text[Area.TextKey],
        [
            Text["cr.dialect"], Text["cr.field.state"], Text["cr.field.calls_90"], Text["cr.field.last_seen_at"],
            Text["cr.field.deprecation"], Text["cr.field.sunset"],
        ],
        [
            .. Dialects.Select(dialect => (IReadOnlyList<Cell>)
            [
                Cell.To(dialect.Text("dialect"), Kind.PathOf(dialect.Text("dialect")!)),
                dialect.Flag("enabled") ? new(Text["cr.on"]) : Cell.Badge(Text["cr.off"]),
                new(dialect.Number("calls").ToString("N0", CultureInfo.GetCultureInfo(Text.Language))),
                Cell.At(dialect.Time("last_seen_at")), new(dialect.Text("deprecation")), new(dialect.Text("sunset")),
            ]),
        ],
        "");

    protected override async Task<Refusal?> LoadAsync()
    {
        var found = new List<ShownObject>();
        foreach (var dialect in DialectNames.All)
        {
            var report = await ReadAsync("adminGetDialectReport", ("dialect", dialect));
            if (!report.Succeeded)
                return report.Error;
            found.Add(ShownObject.Of(report.Value));
        }

        Dialects = found;
        return null;
    }
}
