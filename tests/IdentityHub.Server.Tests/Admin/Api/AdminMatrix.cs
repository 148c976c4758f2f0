namespace IdentityHub.Server.Tests.Admin.Api;

/// <summary>An operation, a call of it that names an object of the organization <c>south</c>, and what each caller gets.</summary>
/// <param name="Allowed">
/// The status for those who may. A write comes with a stale ETag: 412 says that only the state stood against it.
/// </param>
/// <param name="Sibling">What an administrator of another tree gets: 404 for an object, 200 for a list of their own.</param>
internal sealed record MatrixRow(string Id, string Method, string Path, string? Body, int Allowed, int Sibling)
{
    /// <summary>True for objects of the installation: only its administrators may.</summary>
    public bool IsOfInstallation { get; init; }

    public bool NeedsCondition => Method is "PUT" or "PATCH" or "DELETE";

    /// <summary>The status that each caller gets.</summary>
    public Dictionary<string, int> Expected => new()
    {
        ["no token"] = 401,
        ["a token of another installation"] = 401,
        ["a token without a scope of it"] = 403,
        ["an administrator who may read"] = Method == "GET" ? Allowed : 403,
        ["a client for itself"] = Allowed,
        ["an administrator of the installation"] = Allowed,
        ["an administrator by the old scope"] = Allowed,
        ["an administrator of the organization"] = IsOfInstallation ? 403 : Allowed,
        ["an administrator of the parent"] = IsOfInstallation ? 403 : Allowed,
        ["an administrator of a sibling"] = IsOfInstallation ? 403 : Sibling,
        ["a user without rights"] = 403,
    };

    public override string ToString() => Id;
}

/// <summary>Every operation of the administration API.</summary>
internal static class AdminMatrix
{
    public static IReadOnlyList<MatrixRow> Rows { get; } =
    [
        List("adminListOrganizations", "/organizations"),
        Read("adminGetOrganization", "/organizations/south"),
        Read("adminListMembers", "/organizations/south/members"),
        List("adminListRoles", "/roles"),
        Make("adminInvite", "/organizations/south/invitations", """{"email":"{unique}@example.com"}"""),
        List("adminListUsers", "/users"),
        Make("adminCreateUser", "/users", """{"user_name":"{unique}","organization":"south"}""") with { Sibling = 400 },
        Read("adminGetUser", "/users/{user}"),
        Write("PATCH", "adminChangeUser", "/users/{user}", "{}"),
        Write("DELETE", "adminEraseUser", "/users/{user}"),
        Read("adminGetBlock", "/users/{user}/block"),
        Write("PUT", "adminBlockUser", "/users/{user}/block", "{}"),
        Write("DELETE", "adminUnblockUser", "/users/{user}/block"),
        Read("adminListUserRoles", "/users/{user}/roles"),
        Make("adminGiveRole", "/users/{user}/roles", """{"role":"reader","organization":"south"}"""),
        Read("adminGetUserRole", "/users/{user}/roles/reader@cape"),
        Write("DELETE", "adminTakeRole", "/users/{user}/roles/reader@cape"),
        Read("adminListSessions", "/users/{user}/sessions"),
        Write("DELETE", "adminEndSessions", "/users/{user}/sessions"),
        Read("adminGetSession", "/users/{user}/sessions/{session}"),
        Write("DELETE", "adminEndSession", "/users/{user}/sessions/{session}"),
        Read("adminListConsents", "/users/{user}/consents"),
        Read("adminGetConsent", "/users/{user}/consents/console"),
        Write("DELETE", "adminWithdrawConsent", "/users/{user}/consents/console"),
        Read("adminListFactors", "/users/{user}/factors"),
        Write("DELETE", "adminRemoveFactors", "/users/{user}/factors"),
        Read("adminGetFactor", "/users/{user}/factors/totp"),
        Write("DELETE", "adminRemoveFactor", "/users/{user}/factors/totp"),
    ];

    private static MatrixRow List(string id, string path) => new(id, "GET", path, null, Allowed: 200, Sibling: 200);

    private static MatrixRow Read(string id, string path) => new(id, "GET", path, null, Allowed: 200, Sibling: 404);

    private static MatrixRow Make(string id, string path, string body) => new(id, "POST", path, body, Allowed: 201, Sibling: 404);

    private static MatrixRow Write(string method, string id, string path, string? body = null) =>
        new(id, method, path, body, Allowed: 412, Sibling: 404);
}
