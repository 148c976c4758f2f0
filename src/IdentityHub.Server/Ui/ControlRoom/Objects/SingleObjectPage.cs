using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Objects;

/// <summary>One object of the configuration: its keys, and its changes by fields and as text.</summary>
internal abstract class SingleObjectPage(string endpoint, ControlRoomAccess access) : ControlRoomPage(endpoint, access)
{
    /// <summary>Null for an address of no kind.</summary>
    public abstract ObjectKind? Kind { get; }

    public override ControlRoomArea Area => Kind?.Area ?? ControlRoomAreas.Configuration;

    /// <summary>What paths call the object. A slash of it is written as %2F, which is still so in the path.</summary>
    public string Name => (RouteData.Values["name"] as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public ShownObject Object { get; private set; }

    /// <summary>True where only a file may change the object.</summary>
    public bool IsOfFile => ObjectForms.IsOfFile(Object);

    /// <summary>Secrets that were just made: they are shown once.</summary>
    public IReadOnlyList<ShownObject> Generated { get; private set; } = [];

    /// <summary>The keys of the object with their values, in their order.</summary>
    public IReadOnlyList<FieldRow> Rows =>
        [.. Object.Members.Where(member => member.Name is not "meta" and not "generated_secrets")
            .Select(member => new FieldRow(ObjectForms.LabelOf(member.Name, Text), ObjectForms.CellOf(Object, member.Name, Text)))
            .Where(row => row.Value is not { Text: null, Moment: null })];

    protected override IReadOnlyList<(string Name, string Value)> PathValues =>
        Kind is { } kind ? [(kind.Kind.Parameter, Name)] : [];

    protected override IReadOnlyList<PageAction> Actions => Kind is { } kind
        ?
        [
            new("object_change", kind.Change) { IsSensitive = kind.IsSensitive, Fields = kind.Usual },
            new("object_replace", kind.Replace) { IsAlwaysAsked = true, IsSensitive = kind.IsSensitive, Body = ObjectForms.BodyOfText },
            .. kind.Rotate is { } rotate
                ? [new PageAction("object_rotate", rotate) { IsDangerous = true, Fields = ["overlap_days"] }]
                : Array.Empty<PageAction>(),
            .. kind.Kind.FixedNames.Count == 0
                ? [new PageAction("object_delete", kind.Delete) { IsDangerous = true, Next = kind.Area.Path }]
                : Array.Empty<PageAction>(),
        ]
        : [];

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) => action.Name == "object_replace"
        ?
        [
            ObjectForms.TextField(
                IsTyped(action) ? Request.Form[ObjectForms.TextName].FirstOrDefault() : ObjectForms.TextOf(Object), Text),
        ]
        : base.FieldsOf(action);

    protected override Refusal? FormRefusalOf(PageAction action) =>
        action.Name == "object_replace" ? ObjectForms.RefusalOfText(Request.Form) : null;

    protected override ShownObject CurrentOf(PageAction action) => Object;

    protected override async Task<Refusal?> LoadAsync()
    {
        if (Kind is not { } kind)
            return AdminProblems.NotFound();
        var found = await ReadAsync(kind.Get, PathValues);
        if (!found.Succeeded)
            return found.Error;
        (Object, Tag) = (ShownObject.Of(found.Value), found.Value.Tag);
        return null;
    }

    protected override async Task<IActionResult> ShowDoneAsync(PageAction action, AdminAnswer answer)
    {
        Generated = answer.Body is null ? [] : ShownObject.Of(answer).Objects("generated_secrets");
        if (Generated.Count == 0)
            return await base.ShowDoneAsync(action, answer);
        return await LoadAsync() is { } gone ? await ErrorPageAsync(gone) : Page();
    }

    /// <summary>Buttons of the actions that the user may do.</summary>
    public IEnumerable<PageAction> Buttons =>
        IsOfFile ? [] : Actions.Where(action => action.Target is null && Find(action.Name) is not null);
}
