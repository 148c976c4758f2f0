using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Server.Ui.ControlRoom.Keys;

/// <summary><c>/admin/keys</c>: the signing keys, the next ones, and the end of one.</summary>
internal sealed class KeysModel(ControlRoomAccess access) : ControlRoomPage("admin/keys", access)
{
    private static readonly PageAction s_retire = new("key_retire", "adminRetireKey")
    {
        IsDangerous = true,
        Target = "kid",
        Body = static _ => new JsonObject(),
    };

    public static PageAction Rotate { get; } = new("key_rotate", "adminRotateKeys") { IsDangerous = true, Body = RotationOf };

    public override ControlRoomArea Area => ControlRoomAreas.Keys;

    public ShownList Keys { get; private set; } = ShownList.Empty;

    public TableView Table => new(
        "keys", Text[Area.TextKey],
        [
            Text["cr.key.kid"], Text["cr.field.algorithm"], Text["cr.field.state"], Text["cr.key.since"], Text["cr.key.from"],
            Text["cr.key.until"], "",
        ],
        [
            .. Keys.Items.Select(key => (IReadOnlyList<Cell>)
            [
                Cell.Code(key.Text("kid")), Cell.Code(key.Text("algorithm")), Cell.Badge(Text[$"cr.key.state.{key.Text("state")}"]),
                Cell.At(key.Time("published_since")), Cell.At(key.Time("signs_from")), Cell.At(key.Time("published_until")),
                key.Text("state") is "retired"
                    ? new((string?)null)
                    : Cell.Action(new DoView(this, s_retire, key.Text("kid"), About: key.Text("kid"))),
            ]),
        ],
        Text["cr.key.none"]);

    protected override IReadOnlyList<PageAction> Actions => [Rotate, s_retire];

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) => action == Rotate
        ?
        [
            new("algorithm", Text["cr.field.algorithm"], "select", Request.HasFormContentType ? Request.Form["algorithm"] : (string?)null)
            {
                Options = [("", Text["cr.filter.all"]), .. SigningKeyLifeCycle.Algorithms.Select(name => (name, name))],
            },
            new("now", Text["cr.key.now"], "checkbox", null) { Hint = Text["cr.key.now.hint"] },
        ]
        : [];

    protected override async Task<Refusal?> LoadAsync()
    {
        var found = await ReadAsync("adminListKeys");
        if (!found.Succeeded)
            return found.Error;
        Keys = ShownList.Of(found.Value);
        return null;
    }

    private static JsonObject RotationOf(IFormCollection form) => new JsonObject
    {
        ["algorithm"] = form["algorithm"].FirstOrDefault() is { Length: > 0 } algorithm ? algorithm : null,
        ["now"] = form["now"] == "true",
    };
}
