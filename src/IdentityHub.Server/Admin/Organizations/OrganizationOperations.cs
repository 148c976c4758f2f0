using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Users;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Organizations;

/// <summary>The operations on organizations and roles.</summary>
internal sealed class OrganizationOperations(OrganizationAdministration organizations, UserMaking making)
{
    private static readonly AdminArea Organizations = new("organizations", "Administration: organizations");
    private static readonly AdminArea Roles = new("roles", "Administration: roles");

    private static readonly Field[] Row =
    [
        Field.Text("id", "1 to 64 characters.") with { IsRequired = true, Example = "\"acme\"" },
        Field.Text("name", "As it is shown.") with { IsRequired = true },
        Field.Text("parent_id", "The organization above.") with { IsRequired = true, MayBeNull = true },
        new("enabled", FieldType.Flag, "False while it, or one above it, is disabled.") { IsRequired = true },
        Field.Text("file", "The file that defines it.") with { IsRequired = true, MayBeNull = true },
        new("line", FieldType.Number, "Of that file.") { IsRequired = true, MayBeNull = true },
    ];

    private static readonly Field[] Member =
    [
        Field.Text("user_id", "`sub`.") with { IsRequired = true, Format = "uuid" },
        Field.Text("user_name", "To log in with.") with { IsRequired = true },
        Field.Text("given_name", "As in OpenID Connect.") with { IsRequired = true, MayBeNull = true },
        Field.Text("family_name", "As in OpenID Connect.") with { IsRequired = true, MayBeNull = true },
        new("is_home", FieldType.Flag, "True where the account belongs to the organization.") { IsRequired = true },
        new("roles", FieldType.List, "Held in this organization itself.") { IsRequired = true },
    ];

    private static readonly Field[] Role =
    [
        Field.Text("name", "As it stands in the configuration.") with { IsRequired = true },
        new("permissions", FieldType.List, "What it allows.") { IsRequired = true },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/organizations", Organizations, "adminListOrganizations", "Lists organizations")
        {
            Text = "Those that the caller may see, in the order of their ids.",
            Permission = Permissions.OrganizationRead,
            Query =
            [
                Field.Text("parent_id", "Only those right below this one."),
                Field.Text("search", "Beginning of an id or a name, whatever the case.") with
                {
                    TextFault = static text => text.Length > 256 ? "has more than 256 characters" : null,
                },
            ],
            IsPaged = true,
            Answer = Row,
            Handle = ListAsync,
        },
        new("GET", "/organizations/{organization_id}/tree", Organizations, "adminGetOrganizationTree", "Shows where an organization stands")
        {
            Text = "With its path up to the root, and its children.",
            Permission = Permissions.OrganizationRead,
            Answer =
            [
                .. Row, new("path", FieldType.List, "Itself first, the root last.") { IsRequired = true },
                new("children", FieldType.List, "Ids of those right below.") { IsRequired = true },
            ],
            Handle = FindAsync,
        },
        new("GET", "/organizations/{organization_id}/members", Organizations, "adminListMembers", "Lists the members of an organization")
        {
            Text = "Those whose account belongs to it, and those who have a role in it.",
            Permission = Permissions.OrganizationRead,
            IsPaged = true,
            Answer = Member,
            Handle = ListMembersAsync,
        },
        new("POST", "/organizations/{organization_id}/invitations", Organizations, "adminInvite", "Invites somebody to an organization")
        {
            Text = "Makes an account without a password, and sends a link to set one. It works once, for seven days.",
            Permission = Permissions.OrganizationWrite,
            Body = UserFields.Invitation,
            Success = StatusCodes.Status201Created,
            Answer = UserFields.View,
            Handle = request => making.InviteAsync(request.Call, request.Text("organization_id"), request.Body),
        },
        new("GET", "/roles", Roles, "adminListRoles", "Lists roles")
        {
            Text = "Every role with its permissions, the built-in ones included.",
            Permission = Permissions.OrganizationRead,
            Answer = AdminDescriptions.PageOf(Role),
            Handle = async request => AdminAnswer.All(await organizations.ListRolesAsync(request.Call)),
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var page = request.Page;
        var rows = await organizations.ListAsync(
            request.Call, request.Query["parent_id"], request.Query["search"], page.After ?? "", page.Limit + 1);
        return page.AnswerOf(rows, static row => row.Id, OrganizationRow.Of);
    }

    private async Task<Outcome<AdminAnswer>> FindAsync(AdminRequest request)
    {
        var found = await organizations.FindAsync(request.Call, request.Text("organization_id"));
        return found.Succeeded ? AdminAnswer.Of(found.Value) : found.Error;
    }

    private async Task<Outcome<AdminAnswer>> ListMembersAsync(AdminRequest request)
    {
        var page = request.Page;
        var rows = await organizations.ListMembersAsync(
            request.Call, request.Text("organization_id"), page.After is { } after ? Guid.Parse(after) : Guid.Empty, page.Limit + 1);
        return rows.Succeeded ? page.AnswerOf(rows.Value, static row => row.UserId.ToString(), static row => row) : rows.Error;
    }
}
