using System.Text.Json.Nodes;

namespace IdentityHub.Server.Ui.ControlRoom.Organizations;

/// <summary>What the pages of organizations do.</summary>
internal static class OrganizationPageActions
{
    private static readonly string[] s_fields =
    [
        "name", "parent", "email_domains", "require_mfa", "mfa_grace_until", "remember_browser",
    ];

    public static readonly PageAction Create = new("create_organization", "adminCreateOrganization") { Fields = ["id", .. s_fields] };

    public static readonly PageAction Change = new("change_organization", "adminChangeOrganization")
    {
        IsSensitive = true,
        Fields = s_fields,
    };

    public static readonly PageAction Disable = Switch("disable_organization", isEnabled: false);
    public static readonly PageAction Enable = Switch("enable_organization", isEnabled: true);

    public static readonly PageAction Delete = new("delete_organization", "adminDeleteOrganization")
    {
        IsDangerous = true,
        Next = "/admin/organizations",
    };

    public static readonly PageAction Invite = new("invite", "adminInvite")
    {
        Fields = ["email", "user_name", "given_name", "family_name", "locale"],
    };

    private static PageAction Switch(string name, bool isEnabled) => new(name, "adminChangeOrganization")
    {
        IsDangerous = !isEnabled,
        IsSensitive = isEnabled,
        IsAlwaysAsked = true,
        Body = _ => new JsonObject { ["enabled"] = isEnabled },
    };
}
