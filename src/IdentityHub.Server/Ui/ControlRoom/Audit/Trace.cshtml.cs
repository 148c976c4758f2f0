using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Audit;

/// <summary><c>/admin/audit/{trace}</c>: the explanation of one request, which <c>hub explain</c> gives too.</summary>
internal sealed class TraceModel(ControlRoomAccess access) : ControlRoomPage("admin/audit", access)
{
    [FromRoute(Name = "trace")]
    public string Trace { get; set; } = "";

    public override ControlRoomArea Area => ControlRoomAreas.Audit;

    public ShownObject Explained { get; private set; }

    /// <summary>The list of all rows of the trace; of who may not read the whole audit trail, those about the user.</summary>
    public string AllRowsAddress => Visit.Rights.HasEverywhere(Permissions.AuditRead)
        ? $"{Area.Path}?trace_id={Explained.Text("trace_id")}"
        : $"{Area.Path}?trace_id={Explained.Text("trace_id")}&user_id={Explained.Text("user_id")}";

    /// <summary>The rows of the request, or those around it.</summary>
    public ShownList Rows(string name) => new([.. Explained.Objects(name)], null, null);

    protected override async Task<Refusal?> LoadAsync()
    {
        var found = await ReadAsync("adminExplainRequest", ("trace_id", Trace));
        if (found.Succeeded)
            Explained = ShownObject.Of(found.Value);
        return found.Succeeded ? null : found.Error;
    }
}
