using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Objects;

/// <summary>A list of objects of one kind, and the form of a new one as text.</summary>
internal abstract class ObjectListPage(string endpoint, ControlRoomAccess access) : ControlRoomPage(endpoint, access)
{
    /// <summary>Null for an address of no kind.</summary>
    public abstract ObjectKind? Kind { get; }

    public override ControlRoomArea Area => Kind?.Area ?? ControlRoomAreas.Configuration;

    public ShownList Objects { get; private set; } = ShownList.Empty;

    /// <summary>Secrets of an object that was just made: they are shown once.</summary>
    public IReadOnlyList<ShownObject> Generated { get; private set; } = [];

    /// <summary>Path of the page of that object; null where none was made.</summary>
    public string? MadePath { get; private set; }

    protected override IReadOnlyList<PageAction> Actions => Kind is { } kind
        ? [new("object_create", kind.Create) { IsAlwaysAsked = true, IsSensitive = kind.IsSensitive, Body = ObjectForms.BodyOfText }]
        : [];

    /// <summary>Buttons of the actions that the user may do.</summary>
    public IEnumerable<PageAction> Buttons => Actions.Where(action => Find(action.Name) is not null);

    /// <summary>Filters of the list that have a field, in order.</summary>
    protected virtual IReadOnlyList<string> Filters => ["prefix", "source"];

    /// <summary>The table.</summary>
    public TableView Table => new(
        "objects", Text[Area.TextKey],
        [Text[Kind!.NameKey], .. Kind.Columns.Select(column => ObjectForms.LabelOf(column, Text)), Text["cr.objects.owner"]],
        [.. Objects.Items.Select(RowOf)], Text["cr.objects.none"],
        Objects.NextCursor is { } cursor
            ? Request.Path.ToUriComponent() + QueryString.Create(
                [.. Filters.Select(name => KeyValuePair.Create(name, Request.Query[name].FirstOrDefault())), new("cursor", cursor)])
            : null);

    /// <summary>The form that narrows the table; null where the list has no filters.</summary>
    public FilterView? Filter => IsFiltered
        ? new("objects", Request.Path.ToUriComponent(), [.. Filters.Select(FilterOf)])
        : null;

    private bool IsFiltered => Kind is { Kind.IsListedElsewhere: false };

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) => action.Name == "object_create"
        ? [ObjectForms.TextField(Request.HasFormContentType ? Request.Form[ObjectForms.TextName].FirstOrDefault() : Kind!.Draft, Text)]
        : base.FieldsOf(action);

    protected override Refusal? FormRefusalOf(PageAction action) =>
        action.Name == "object_create" ? ObjectForms.RefusalOfText(Request.Form) : null;

    protected override async Task<Refusal?> LoadAsync()
    {
        if (Kind is not { } kind)
            return AdminProblems.NotFound();
        var query = IsFiltered
            ? Filters.Append("cursor").Select(name => (name, Request.Query[name].FirstOrDefault())).ToList()
            : [];
        var answer = await CallAsync(new AdminInvocation(kind.List) { Query = query });
        if (!answer.Succeeded)
            return answer.Error;
        Objects = ShownList.Of(answer.Value);
        return null;
    }

    protected override async Task<IActionResult> ShowDoneAsync(PageAction action, AdminAnswer answer)
    {
        var made = ShownObject.Of(answer);
        MadePath = Kind!.PathOf(made.Object("meta").Text("name")!);
        Generated = made.Objects("generated_secrets");
        if (Generated.Count == 0)
            return SayDone($"{action.TextKey}.done", MadePath);
        return await LoadAsync() is { } gone ? await ErrorPageAsync(gone) : Page();
    }

    private IReadOnlyList<Cell> RowOf(ShownObject one)
    {
        var name = one.Object("meta").Text("name") ?? one.Text("name");
        return
        [
            Cell.To(name, Kind!.PathOf(name!)) with { IsCode = true },
            .. Kind.Columns.Select(column => ObjectForms.CellOf(one, column, Text)),
            ObjectForms.OwnerOf(one, Text),
        ];
    }

    private FormField FilterOf(string name) => new(
        name, Text[$"cr.filter.{name}"], name is "source" or "enabled" ? "select" : "search", Request.Query[name].FirstOrDefault())
    {
        MaxLength = 200,
        Options = name switch
        {
            "source" => [("", Text["cr.filter.all"]), ("file", Text["cr.owner.file"]), ("api", Text["cr.owner.api"])],
            "enabled" => [("", Text["cr.filter.all"]), ("true", Text["cr.yes"]), ("false", Text["cr.no"])],
            _ => [],
        },
    };
}
