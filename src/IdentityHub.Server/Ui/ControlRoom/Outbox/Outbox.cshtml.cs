using System.Globalization;
using IdentityHub.Protocol;

namespace IdentityHub.Server.Ui.ControlRoom.Outbox;

/// <summary><c>/admin/outbox</c>: messages that could not be sent, and sending them again.</summary>
internal sealed class OutboxModel(ControlRoomAccess access) : ControlRoomPage("admin/outbox", access)
{
    private static readonly PageAction s_again = new("message_send_again", "adminSendMessageAgain") { Target = "message_id" };

    public override ControlRoomArea Area => ControlRoomAreas.Outbox;

    public ShownObject Backlog { get; private set; }

    public ShownList Messages { get; private set; } = ShownList.Empty;

    public TableView Table => new(
        "messages", Text["cr.outbox.stuck"],
        [
            Text["cr.outbox.channel"], Text["cr.outbox.created"], Text["cr.outbox.attempts"], Text["cr.outbox.error"],
            Text["cr.field.state"], "",
        ],
        [
            .. Messages.Items.Select(message => (IReadOnlyList<Cell>)
            [
                new(message.Text("channel")), Cell.At(message.Time("created_at")),
                new(message.Number("attempts").ToString(CultureInfo.InvariantCulture)), new(message.Text("last_error")),
                message.Time("dead_at") is not null
                    ? Cell.Badge(Text["cr.outbox.given_up"])
                    : Cell.At(message.Time("next_attempt_at")),
                Cell.Action(new DoView(this, s_again, message.Text("id"), Tag: "", About: message.Text("id"))),
            ]),
        ],
        Text["cr.outbox.none"],
        Messages.NextCursor is { } cursor
            ? RedirectUris.WithQuery(Request.Path.ToUriComponent(), $"cursor={Uri.EscapeDataString(cursor)}")
            : null);

    protected override IReadOnlyList<PageAction> Actions => [s_again];

    public override string NameOfTarget(PageAction action, string target) => target;

    protected override async Task<Refusal?> LoadAsync()
    {
        var backlog = await ReadAsync("adminGetOutboxBacklog");
        if (!backlog.Succeeded)
            return backlog.Error;
        Backlog = ShownObject.Of(backlog.Value);
        Messages = await ListAsync("adminListStuckMessages", [], ("cursor", Request.Query["cursor"].FirstOrDefault()));
        return null;
    }
}
