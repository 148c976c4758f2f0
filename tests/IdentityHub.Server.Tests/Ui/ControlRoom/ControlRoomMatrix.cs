using IdentityHub.Server.Tests.Support;

namespace IdentityHub.Server.Tests.Ui.ControlRoom;

/// <summary>A page of the control room, and what each user gets who opens it about an object of the organization <c>south</c>.</summary>
/// <param name="Route">As the page has it.</param>
/// <param name="Path">An address of it.</param>
/// <param name="Sibling">What an administrator of another tree gets: 404 for an object, 200 for a list of their own.</param>
internal sealed record ControlRoomRow(string Route, string Path, int Sibling)
{
    /// <summary>True for objects of the installation: only its administrators may.</summary>
    public bool IsOfInstallation { get; init; }

    /// <summary>True for a page that every user sees.</summary>
    public bool IsForEverybody { get; init; }

    /// <summary>What a user gets who may read users and organizations, and nothing else.</summary>
    public int Reader { get; init; } = 200;

    /// <summary>The status that each user gets.</summary>
    public Dictionary<string, int> Expected => new()
    {
        ["root"] = 200,
        ["local"] = IsOfInstallation ? 403 : 200,
        ["boss"] = IsOfInstallation ? 403 : 200,
        ["stranger"] = IsOfInstallation ? 403 : Sibling,
        ["reader"] = IsOfInstallation ? 403 : Reader,

        // They are sent to the page that says who they are.
        ["nobody"] = 403,
    };

    public override string ToString() => Route;
}

/// <summary>Every page of the control room, one line a page.</summary>
internal static class ControlRoomMatrix
{
    public static IReadOnlyList<ControlRoomRow> Rows { get; } =
    [
        new("/admin", "/admin", Sibling: 200),
        new("/admin/me", "/admin/me", Sibling: 200) { IsForEverybody = true },
        new("/admin/search", "/admin/search?q=no", Sibling: 200),
        new("/admin/users", "/admin/users", Sibling: 200),
        new("/admin/users/{id}", $"/admin/users/{Administrations.NobodyId}", Sibling: 404),
        new("/admin/organizations", "/admin/organizations", Sibling: 200),
        new("/admin/organizations/{id}", "/admin/organizations/south", Sibling: 404),
        new("/admin/audit", $"/admin/audit?user_id={Administrations.NobodyId}", Sibling: 404) { Reader = 403 },
        new("/admin/audit/{trace}", "/admin/audit/{trace}", Sibling: 404) { Reader = 403 },
        Installation("/admin/clients", "/admin/clients"),
        Installation("/admin/clients/{name}", "/admin/clients/console"),
        Installation("/admin/dialects", "/admin/dialects"),
        Installation("/admin/dialects/{name}", "/admin/dialects/otp"),
        new("/admin/objects/{kind}", "/admin/objects/api-keys", Sibling: 200) { Reader = 403 },
        new("/admin/objects/{kind}/{name}", "/admin/objects/api-keys/southern", Sibling: 404) { Reader = 403 },
        Installation("/admin/keys", "/admin/keys"),
        Installation("/admin/outbox", "/admin/outbox"),
        Installation("/admin/configuration", "/admin/configuration"),
        Installation("/admin/templates", "/admin/templates"),
        Installation("/admin/templates/{name}", "/admin/templates/otp-email.de"),
    ];

    private static ControlRoomRow Installation(string route, string path) => new(route, path, Sibling: 403) { IsOfInstallation = true };
}
