using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Users;

/// <summary>The operations on the roles of users.</summary>
internal sealed class UserRoleOperations(UserRoles roles)
{
    private static readonly AdminArea Area = new("roles", "Administration: roles");

    private static readonly Field[] Role =
    [
        Field.Text("id", "The role, and `@` and the organization where it is held in one.") with { IsRequired = true },
        Field.Text("role", "Its name.") with { IsRequired = true },
        Field.Text("organization", "Null for a role of the installation.") with { IsRequired = true, MayBeNull = true },
        new("permissions", FieldType.List, "What it allows.") { IsRequired = true },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/users/{user_id}/roles", Area, "adminListUserRoles", "Lists the roles of a user")
        {
            Permission = Permissions.UserRead,
            Answer = AdminDescriptions.PageOf(Role),
            Handle = async request => UserOperations.AnswerOfAll(await roles.ListAsync(request.Call, request.Id("user_id"))),
        },
        new("POST", "/users/{user_id}/roles", Area, "adminGiveRole", "Gives a role to a user")
        {
            Text = "No role can be given that allows more than the caller may do in that place.",
            Permission = Permissions.RoleGrant,
            Body =
            [
                Field.Text("role", "Its name.") with { IsRequired = true, MaxLength = 256 },
                Field.Text("organization", "Where it is held; left out for a role of the installation.") with { MaxLength = 64 },
            ],
            Success = StatusCodes.Status201Created,
            Answer = Role,
            Handle = request => roles.GiveAsync(
                request.Call, request.Id("user_id"), request.BodyText("role")!, request.BodyText("organization")),
        },
        new("GET", "/users/{user_id}/roles/{role_id}", Area, "adminGetUserRole", "Shows a role of a user")
        {
            Permission = Permissions.UserRead,
            Answer = Role,
            Handle = async request => UserOperations.AnswerOf(
                await roles.FindAsync(request.Call, request.Id("user_id"), request.Text("role_id"))),
        },
        new("DELETE", "/users/{user_id}/roles/{role_id}", Area, "adminTakeRole", "Takes a role from a user")
        {
            Permission = Permissions.RoleGrant,
            Success = StatusCodes.Status204NoContent,
            Handle = request => roles.TakeAsync(request.Call, request.Id("user_id"), request.Text("role_id")),
        },
    ];
}
