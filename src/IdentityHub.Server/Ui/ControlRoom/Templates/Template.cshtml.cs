using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Templates;

/// <summary><c>/admin/templates/ID</c>: a template, what its message looks like, and a try of a proposed text.</summary>
internal sealed class TemplateModel(ControlRoomAccess access) : ControlRoomPage("admin/templates", access)
{
    private static readonly string[] s_fields = ["text", "html"];

    public static PageAction Check { get; } = new("template_check", "adminCheckTemplate") { Fields = s_fields };

    public override ControlRoomArea Area => ControlRoomAreas.Templates;

    public string Id => RouteData.Values["name"] as string ?? "";

    public ShownObject Template { get; private set; }

    /// <summary>The message: of the template, or of the text that was tried.</summary>
    public ShownObject Message { get; private set; }

    /// <summary>True where the message is that of a proposed text.</summary>
    public bool IsTried { get; private set; }

    protected override IReadOnlyList<(string Name, string Value)> PathValues => [("template", Id)];

    protected override IReadOnlyList<PageAction> Actions => [Check];

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) =>
    [
        .. s_fields.Where(name => name == "text" || Template.Text("html") is not null).Select(name =>
            new FormField(
                name, Text[$"cr.template.{name}"], "textarea",
                Request.HasFormContentType ? Request.Form[name].FirstOrDefault() : Template.Text(name))
            {
                IsRequired = name == "text",
                MaxLength = 30_000,
                Rows = 16,
            }),
    ];

    protected override async Task<Refusal?> LoadAsync()
    {
        var found = await ReadAsync("adminGetTemplate", PathValues);
        if (!found.Succeeded)
            return found.Error;
        Template = ShownObject.Of(found.Value);
        if (await ReadAsync("adminPreviewTemplate", PathValues) is { Succeeded: true, Value: var preview })
            Message = ShownObject.Of(preview);
        return null;
    }

    protected override async Task<IActionResult> ShowDoneAsync(PageAction action, AdminAnswer answer)
    {
        if (await LoadAsync() is { } gone)
            return await ErrorPageAsync(gone);
        (Message, IsTried) = (ShownObject.Of(answer), true);
        return Page();
    }
}
