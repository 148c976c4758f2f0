using IdentityHub.Protocol;

namespace IdentityHub.Server.Ui.ControlRoom.Templates;

/// <summary><c>/admin/templates</c>: the templates of messages that are used, and where each comes from.</summary>
internal sealed class TemplateListModel(ControlRoomAccess access) : ControlRoomPage("admin/templates", access)
{
    private static readonly string[] s_filters = ["kind", "language", "channel", "source"];

    public override ControlRoomArea Area => ControlRoomAreas.Templates;

    public ShownList Templates { get; private set; } = ShownList.Empty;

    public TableView Table => new(
        "templates", Text[Area.TextKey],
        [Text["cr.template"], Text["cr.template.language"], Text["cr.template.channel"], Text["cr.objects.owner"]],
        [
            .. Templates.Items.Select(one => (IReadOnlyList<Cell>)
            [
                Cell.To(one.Text("id"), $"/admin/templates/{Uri.EscapeDataString(one.Text("id")!)}") with { IsCode = true },
                new(one.Text("language")),
                new(Text[$"cr.template.channel.{one.Text("channel")}"]),
                one.Text("file") is { } file ? Cell.Code(file) : new(Text["cr.template.built_in"]),
            ]),
        ],
        Text["cr.template.none"],
        Templates.NextCursor is { } cursor
            ? Request.Path.ToUriComponent() + QueryString.Create(
                [.. s_filters.Select(name => KeyValuePair.Create(name, Request.Query[name].FirstOrDefault())), new("cursor", cursor)])
            : null);

    public FilterView Filter => new(
        "templates", Request.Path.ToUriComponent(),
        [
            Field("kind", "search"), Field("language", "search"),
            Field("channel", "select") with
            {
                Options =
                [
                    ("", Text["cr.filter.all"]), ("email", Text["cr.template.channel.email"]), ("sms", Text["cr.template.channel.sms"]),
                ],
            },
            Field("source", "select") with
            {
                Options = [("", Text["cr.filter.all"]), ("file", Text["cr.owner.file"]), ("built_in", Text["cr.template.built_in"])],
            },
        ]);

    protected override async Task<Refusal?> LoadAsync()
    {
        var query = s_filters.Append("cursor").Select(name => (name, Request.Query[name].FirstOrDefault()));
        var answer = await CallAsync(new("adminListTemplates") { Query = [.. query] });
        if (!answer.Succeeded)
            return answer.Error;
        Templates = ShownList.Of(answer.Value);
        return null;
    }

    private FormField Field(string name, string kind) =>
        new(name, Text[$"cr.template.{name}"], kind, Request.Query[name].FirstOrDefault()) { MaxLength = 64 };
}
