using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Clients;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Organizations;

/// <summary><c>/admin/organizations/{id}</c>: an organization, where it stands, who is in it, and invitations.</summary>
internal sealed class OrganizationModel(ControlRoomAccess access, ClientRegistry registry)
    : ControlRoomPage("admin/organizations", access)
{
    private const string Id = "organization_id";

    [FromRoute(Name = "id")]
    public string OrganizationId { get; set; } = "";

    public override ControlRoomArea Area => ControlRoomAreas.Organizations;

    protected override IReadOnlyList<PageAction> Actions =>
    [
        OrganizationPageActions.Change, OrganizationPageActions.Disable, OrganizationPageActions.Enable, OrganizationPageActions.Invite,
        OrganizationPageActions.Delete,
    ];

    protected override IReadOnlyList<(string Name, string Value)> PathValues => [(Id, OrganizationId)];

    /// <summary>Where it stands.</summary>
    public ShownObject Place { get; private set; }

    /// <summary>Its definition.</summary>
    public ShownObject Shown { get; private set; }

    public ShownList Members { get; private set; } = ShownList.Empty;

    protected override async Task<Refusal?> LoadAsync()
    {
        var place = await ReadAsync("adminGetOrganizationTree", PathValues);
        if (!place.Succeeded)
            return place.Error;
        Place = ShownObject.Of(place.Value);
        if (await ReadAsync("adminGetOrganization", PathValues) is { Succeeded: true, Value: var found })
            (Shown, Tag) = (ShownObject.Of(found), found.Tag);
        if (Asked is null)
            Members = await ListAsync("adminListMembers", PathValues, ("cursor", Request.Query["cursor"].FirstOrDefault()));
        return null;
    }

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) => action == OrganizationPageActions.Invite
        ? [.. base.FieldsOf(action), .. AttributeForms.FieldsOf(Required, default, name => TypedOf(action, name), Text)]
        : base.FieldsOf(action);

    protected override JsonObject BodyOf(PageAction action)
    {
        var body = base.BodyOf(action);
        if (action == OrganizationPageActions.Invite)
            body["attributes"] = AttributeForms.ValuesOf(Required, Request.Form);
        return body;
    }

    // Who was invited is given roles on their own page.
    protected override Task<IActionResult> ShowDoneAsync(PageAction action, AdminAnswer answer) =>
        Task.FromResult(SayDone($"{action.TextKey}.done", action.Next ?? PageOf(answer)));

    private IEnumerable<UserAttributeDefinition> Required => registry.Current.Attributes.All.Where(one => one.Required);

    protected override ShownObject CurrentOf(PageAction action) => action == OrganizationPageActions.Change ? Shown : default;
}
