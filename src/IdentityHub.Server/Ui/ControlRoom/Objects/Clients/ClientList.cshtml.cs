using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Objects;

namespace IdentityHub.Server.Ui.ControlRoom.Objects.Clients;

/// <summary><c>/admin/clients</c>: the clients, and the forms of new ones.</summary>
internal sealed class ClientListModel(ControlRoomAccess access) : ObjectListPage("admin/clients", access)
{
    /// <summary>Clients.</summary>
    public static ObjectKind Clients { get; } = new(
        ObjectAreas.Clients, ControlRoomAreas.Clients, ["client_name", "grant_types", "dialects", "organization", "enabled"],
        [
            "client_name", "enabled", "organization", "contacts", "redirect_uris", "post_logout_redirect_uris", "scope", "default_scope",
            "require_consent", "require_mfa", "access_token_lifetime",
        ])
    {
        NameKey = "cr.field.client_id",
        Draft = "client_id: \ngrant_types: [client_credentials]\nclient_secrets: [{ value: \"generate:\" }]\nscope: \n",
    };

    private static readonly string[] s_ofPartner = ["client_id", "client_name", "organization"];

    public override ObjectKind Kind => Clients;

    protected override IReadOnlyList<string> Filters => ["prefix", "enabled", "grant_type", "dialect", "scope", "source"];

    protected override IReadOnlyList<PageAction> Actions =>
    [
        new("client_create", Clients.Create) { IsAlwaysAsked = true, IsSensitive = true, Body = ClientKinds.BodyOf },
        new("partner_create", "adminCreatePartner") { IsSensitive = true, Fields = s_ofPartner },
        .. base.Actions,
    ];

    protected override Refusal? FormRefusalOf(PageAction action) =>
        action.Name == "client_create" ? ClientKinds.RefusalOf(Request.Form) : base.FormRefusalOf(action);

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) => action.Name == "client_create"
        ? ClientKinds.FieldsOf(Request.HasFormContentType ? Request.Form : null, Text)
        : base.FieldsOf(action);
}
