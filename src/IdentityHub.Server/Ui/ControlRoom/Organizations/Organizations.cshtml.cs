using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Organizations;

/// <summary><c>/admin/organizations</c>: the tree of organizations, as far as the caller sees it.</summary>
internal sealed class OrganizationsModel(ControlRoomAccess access) : ControlRoomPage("admin/organizations", access)
{
    // A tree of more is shown as pages of a list: what stands below an organization that is on another page begins at the margin.
    private const string Limit = "200";
    private const int MostLevels = 64;

    public override ControlRoomArea Area => ControlRoomAreas.Organizations;

    protected override IReadOnlyList<PageAction> Actions => [OrganizationPageActions.Create];

    public ShownList Organizations { get; private set; } = ShownList.Empty;

    /// <summary>Each organization with how deep it stands, those below an organization right after it.</summary>
    public IEnumerable<(int Level, ShownObject Organization)> Tree
    {
        get
        {
            var known = Organizations.Items.Select(one => one.Text("id")!).ToHashSet(StringComparer.Ordinal);
            var below = Organizations.Items.ToLookup(
                one => one.Text("parent_id") is { } parent && known.Contains(parent) ? parent : "", StringComparer.Ordinal);
            return From("", 0);

            IEnumerable<(int, ShownObject)> From(string parent, int level) => below[parent]
                .SelectMany(one => From(one.Text("id")!, level + 1).Prepend((level, one)))
                .TakeWhile(_ => level < MostLevels);
        }
    }

    protected override async Task<Refusal?> LoadAsync()
    {
        if (Asked is not null)
            return null;
        var found = await CallAsync(new AdminInvocation("adminListOrganizations")
        {
            Query = [("limit", Limit), ("cursor", Request.Query["cursor"].FirstOrDefault())],
        });
        if (found.Succeeded)
            Organizations = ShownList.Of(found.Value);
        return found.Succeeded ? null : found.Error;
    }

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) =>
        [.. base.FieldsOf(action).Select(field => field.Name == "parent" && field.Value is null && !Visit.Rights.IsAdministrator
            ? field with { Value = Visit.Stored.HomeOrganizationId }
            : field)];

    protected override Task<IActionResult> ShowDoneAsync(PageAction action, AdminAnswer answer) =>
        Task.FromResult(SayDone("cr.do.create_organization.done", PageOf(answer)));
}
