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
    ];

    private static MatrixRow List(string id, string path) => new(id, "GET", path, null, Allowed: 200, Sibling: 200);

    private static MatrixRow Read(string id, string path) => new(id, "GET", path, null, Allowed: 200, Sibling: 404);
}
