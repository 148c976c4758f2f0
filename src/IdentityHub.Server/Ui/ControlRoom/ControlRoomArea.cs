using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Ui.ControlRoom.Objects;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>A part of the control room: a line of its navigation, and who may open it.</summary>
/// <param name="Path">Of its first page; the pages below it belong to it.</param>
/// <param name="TextKey">Its name.</param>
/// <param name="IsOpenTo">True for users who may see anything of it. What they see of it, each operation decides.</param>
internal sealed record ControlRoomArea(string Path, string TextKey, Func<HeldRights, bool> IsOpenTo)
{
    /// <summary>An area of objects of organizations: for users who hold the permission in any of them.</summary>
    public static ControlRoomArea For(string path, string textKey, string permission) =>
        new(path, textKey, rights => rights.HasAnywhere(permission));

    /// <summary>An area of objects of the installation: for its administrators.</summary>
    public static ControlRoomArea OfInstallation(string path, string textKey) =>
        new(path, textKey, static rights => rights.IsAdministrator);
}

/// <summary>The areas in the order of the navigation, one line an area.</summary>
internal static class ControlRoomAreas
{
    public static readonly ControlRoomArea Dashboard = new("/admin", "cr.nav.dashboard", IsAdministration);
    public static readonly ControlRoomArea Users = ControlRoomArea.For("/admin/users", "cr.nav.users", Permissions.UserRead);

    public static readonly ControlRoomArea Organizations =
        ControlRoomArea.For("/admin/organizations", "cr.nav.organizations", Permissions.OrganizationRead);

    public static readonly ControlRoomArea Audit = ControlRoomArea.For("/admin/audit", "cr.nav.audit", Permissions.AuditRead);

    public static readonly ControlRoomArea Clients = ControlRoomArea.OfInstallation("/admin/clients", "cr.nav.clients");
    public static readonly ControlRoomArea Dialects = ControlRoomArea.OfInstallation("/admin/dialects", "cr.nav.dialects");
    public static readonly ControlRoomArea Keys = ControlRoomArea.OfInstallation("/admin/keys", "cr.nav.keys");
    public static readonly ControlRoomArea Outbox = ControlRoomArea.OfInstallation("/admin/outbox", "cr.nav.outbox");

    public static readonly ControlRoomArea Configuration =
        ControlRoomArea.OfInstallation("/admin/configuration", "cr.nav.configuration");

    public static readonly ControlRoomArea Templates = ControlRoomArea.OfInstallation("/admin/templates", "cr.nav.templates");

    /// <summary>Of the search, which every administrator may use: it finds what the areas show them.</summary>
    public static readonly ControlRoomArea Search = new("/admin/search", "cr.nav.search", IsAdministration);

    /// <summary>Of the page that says who one is.</summary>
    public static readonly ControlRoomArea Me = new("/admin/me", "cr.me.title", static _ => true);

    /// <summary>Those of the navigation.</summary>
    public static IReadOnlyList<ControlRoomArea> All { get; } =
    [
        Dashboard,
        Users,
        Organizations,
        Audit,
        Clients,
        Dialects,
        .. ObjectKinds.All.Select(kind => kind.Area),
        Keys,
        Outbox,
        Configuration,
        Templates,
    ];

    /// <summary>True for users who may do anything in an administration: the role admin, or a permission anywhere.</summary>
    public static bool IsAdministration(HeldRights rights) =>
        rights.IsAdministrator || Permissions.All.Any(rights.HasAnywhere);
}
