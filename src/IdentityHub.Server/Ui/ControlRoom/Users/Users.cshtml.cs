using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Users;

/// <summary><c>/admin/users</c>: finds users, makes and invites them.</summary>
internal sealed class UsersModel(ControlRoomAccess access, ClientRegistry registry) : ControlRoomPage("admin/users", access)
{
    private static readonly PageAction s_create = new("create_user", "adminCreateUser")
    {
        Fields =
        [
            "user_name", "email", "phone_number", "given_name", "family_name", "locale", "organization", "password", "invite",
        ],
    };

    public override ControlRoomArea Area => ControlRoomAreas.Users;

    protected override IReadOnlyList<PageAction> Actions => [s_create];

    public ShownList Users { get; private set; } = ShownList.Empty;

    /// <summary>True where there are attributes by which users are found.</summary>
    public bool HasSearchable => registry.Current.Attributes.All.Any(one => one.Searchable);

    /// <summary>The parameter of the page; empty for none.</summary>
    public string Filter(string name) => Request.Query[name].FirstOrDefault() ?? "";

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) =>
    [
        .. base.FieldsOf(action).Select(field => field.Name == "organization" && field.Value is null
            ? field with { Value = Visit.Rights.IsAdministrator ? null : Visit.Stored.HomeOrganizationId }
            : field),
        .. AttributeForms.FieldsOf(Required, default, name => TypedOf(action, name), Text),
    ];

    protected override JsonObject BodyOf(PageAction action)
    {
        var body = base.BodyOf(action);
        body["attributes"] = AttributeForms.ValuesOf(Required, Request.Form);
        return body;
    }

    private IEnumerable<UserAttributeDefinition> Required => registry.Current.Attributes.All.Where(one => one.Required);

    protected override async Task<Refusal?> LoadAsync()
    {
        if (Asked is not null)
            return null;
        var found = await CallAsync(new AdminInvocation("adminListUsers")
        {
            Query =
            [
                ("search", Filter("search")), ("organization", Filter("organization")), ("enabled", Filter("enabled")),
                ("role", Filter("role")), ("attribute", Filter("attribute")), ("cursor", Filter("cursor")),
            ],
        });
        if (found.Succeeded)
            Users = ShownList.Of(found.Value);
        else if (found.Error.Reason == Reasons.ParameterInvalid)
            await RefuseAsync(found.Error, [new Failure(Text["cr.users.filter_wrong"])]);
        else
            return found.Error;
        return null;
    }

    protected override Task<IActionResult> ShowDoneAsync(PageAction action, AdminAnswer answer) =>
        Task.FromResult(SayDone("cr.do.create_user.done", PageOf(answer)));
}
