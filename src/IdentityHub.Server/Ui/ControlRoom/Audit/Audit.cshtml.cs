using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Audit;

/// <summary><c>/admin/audit</c>: rows of the audit trail, and their export.</summary>
internal sealed class AuditModel(ControlRoomAccess access) : ControlRoomPage("admin/audit", access)
{
    private static readonly string[] s_filters =
        ["user_id", "client_id", "type", "reason", "endpoint", "trace_id", "from", "to"];

    public override ControlRoomArea Area => ControlRoomAreas.Audit;

    public ShownList Events { get; private set; } = ShownList.Empty;

    /// <summary>The form of the filters.</summary>
    public IReadOnlyList<FormField> Filters =>
        [.. s_filters.Select(name => new FormField(name, ActionForms.LabelOf(name, Text), "text", Filter(name)))];

    /// <summary>The address of the export of the same rows.</summary>
    public string ExportAddress => HttpContext.PublicUrl("/admin/audit" + QueryString.Create(
        PageParameters.Where(parameter => parameter.Name != "cursor").Append(("handler", "Export"))
            .Select(parameter => KeyValuePair.Create<string, string?>(parameter.Item1, parameter.Item2))));

    /// <summary>Streams the rows as NDJSON, as the API does.</summary>
    public async Task<IActionResult> OnGetExportAsync()
    {
        var answer = await CallAsync(new AdminInvocation("adminExportAuditEvents") { Query = Query });
        if (!answer.Succeeded)
            return await RefuseAsync(answer.Error, FailuresOf(answer.Error));
        return new Export(answer.Value);
    }

    protected override async Task<Refusal?> LoadAsync()
    {
        // Who may not read all of it names a user first.
        if (Query.All(filter => filter.Value is null) && !Visit.Rights.HasEverywhere(Permissions.AuditRead))
            return null;
        var answer = await CallAsync(new AdminInvocation("adminListAuditEvents")
        {
            Query = [.. Query, ("cursor", Filter("cursor"))],
        });
        if (answer.Succeeded)
            Events = ShownList.Of(answer.Value);
        else
            await RefuseAsync(answer.Error, FailuresOf(answer.Error));
        return null;
    }

    private (string Name, string? Value)[] Query => [.. s_filters.Select(name => (name, Filter(name)))];

    private string? Filter(string name) => Request.Query[name].FirstOrDefault()?.Trim() is { Length: > 0 } value ? value : null;

    // Not a page: it has headers of its own, and no end of which the size is known.
    private sealed class Export(AdminAnswer answer) : ActionResult
    {
        public override Task ExecuteResultAsync(ActionContext context)
        {
            var response = context.HttpContext.Response;
            response.ContentType = "application/x-ndjson";
            response.Headers.ContentDisposition = "attachment; filename=\"audit.ndjson\"";
            return answer.Lines!(response.BodyWriter, context.HttpContext.RequestAborted);
        }
    }
}
