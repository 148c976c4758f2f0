using IdentityHub.Server.Tests.Support;

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
        Read("adminGetOrganizationTree", "/organizations/south/tree"),
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
        .. Objects("Client", "/clients", "console", Owned, isListed: true),
        .. Objects("Role", "/roles", "manager", Owned, isListed: false),
        .. Objects("ApiResource", "/api-resources", "none", Missing, isListed: true),
        .. Objects("Scope", "/scopes", "none", Missing, isListed: true),
        .. Objects("Claim", "/claims", "none", Missing, isListed: true),
        .. Objects("UserAttribute", "/user-attributes", "none", Missing, isListed: true),
        .. Objects("Tenant", "/tenants", "none", Missing, isListed: true),
        .. Objects("Dialect", "/dialects", "otp", Stale, isListed: true).Where(row => row.Id != "adminCreateDialect"),
        .. Reachable("Organization", "/organizations", "south", isListed: false),
        .. Reachable("ApiKey", "/api-keys", "southern", isListed: true),
        Installation("adminRotateClientSecret", "POST", "/clients/console/rotate-secret", Owned, "{}"),
        Installation("adminRotateApiResourceSecret", "POST", "/api-resources/none/rotate-secret", Missing, "{}"),
        Installation("adminRotateTenantSecret", "POST", "/tenants/none/rotate-secret", Missing, "{}"),
        Installation("adminListClientSecrets", "GET", "/clients/console/secrets", 200),
        Installation("adminCreatePartner", "POST", "/clients/partners", Faulty, "{}"),
        Installation("adminListDialectUse", "GET", "/dialects/otp/use", 200),
        Installation("adminGetDialectReport", "GET", "/dialects/otp/report", 200),
        Installation("adminListDialectCallers", "GET", "/dialects/otp/callers", 200),
        Installation("adminPreviewSwitchOff", "GET", "/dialects/otp/switch-off-preview", 200),
        Installation("adminListClientDialects", "GET", "/clients/console/dialects", 200),
        List("adminFindSessions", "/sessions"),
        Read("adminGetLiveSession", "/sessions/{session}"),
        Write("DELETE", "adminEndLiveSession", "/sessions/{session}"),
        Installation("adminListTemplates", "GET", "/templates", 200),
        Installation("adminGetTemplate", "GET", "/templates/otp-email.en", 200),
        Installation("adminPreviewTemplate", "GET", "/templates/otp-email.en/preview", 200),
        Installation("adminCheckTemplate", "POST", "/templates/otp-email.en/check", Faulty, "{}"),
        Installation("adminGetConfigurationDrift", "GET", "/config/drift", 200),
        Installation("adminListGenerations", "GET", "/config/generations", 200),
        Installation("adminGetConfigurationState", "GET", "/config/state", 200),
        Installation("adminExportConfiguration", "GET", "/config/export", 200),
        Read("adminListAuditEvents", $"/audit/events?user_id={Administrations.NobodyId}"),
        Read("adminExportAuditEvents", $"/audit/export?user_id={Administrations.NobodyId}"),
        new("adminExplainRequest", "GET", $"/audit/traces/{Guid.Empty:N}", null, Allowed: Missing, Sibling: Missing),
        Installation("adminGetFigures", "GET", "/audit/figures", 200),
        Installation("adminListStuckMessages", "GET", "/outbox/messages", 200),
        Installation("adminGetOutboxBacklog", "GET", "/outbox/backlog", 200),
        Installation("adminSendMessageAgain", "POST", $"/outbox/messages/{Guid.Empty}/send-again", Missing),
        Installation("adminListKeys", "GET", "/keys", 200),
        Installation("adminRotateKeys", "POST", "/keys/rotate", Faulty, """{ "algorithm": "none" }"""),
        Installation("adminRetireKey", "POST", "/keys/none/retire", Missing, "{}"),
    ];

    // What a write that changes nothing answers to those who may.
    private const int Faulty = 400;
    private const int Missing = 404;
    private const int Owned = 409;
    private const int Stale = 412;

    /// <summary>Objects of the configuration that belong to the installation.</summary>
    /// <param name="written">What a write of the object answers; reading it answers 404 where it is missing.</param>
    private static IEnumerable<MatrixRow> Objects(string id, string path, string name, int written, bool isListed)
    {
        if (isListed)
            yield return Installation($"adminList{id}s", "GET", path, 200);
        yield return Installation($"adminCreate{id}", "POST", path, Faulty, "{}");
        yield return Installation($"adminGet{id}", "GET", $"{path}/{name}", written == Missing ? Missing : 200);
        yield return Installation($"adminReplace{id}", "PUT", $"{path}/{name}", written, "{}");
        yield return Installation($"adminChange{id}", "PATCH", $"{path}/{name}", written, "{}");
        yield return Installation($"adminDelete{id}", "DELETE", $"{path}/{name}", written);
    }

    /// <summary>Objects of the configuration that belong to an organization. The object is a file's.</summary>
    private static IEnumerable<MatrixRow> Reachable(string id, string path, string name, bool isListed)
    {
        if (isListed)
            yield return List($"adminList{id}s", path);
        yield return new($"adminCreate{id}", "POST", path, "{}", Faulty, Sibling: Faulty);
        yield return Read($"adminGet{id}", $"{path}/{name}");
        yield return new($"adminReplace{id}", "PUT", $"{path}/{name}", "{}", Owned, Sibling: Missing);
        yield return new($"adminChange{id}", "PATCH", $"{path}/{name}", "{}", Owned, Sibling: Missing);
        yield return new($"adminDelete{id}", "DELETE", $"{path}/{name}", null, Owned, Sibling: Missing);
    }

    private static MatrixRow Installation(string id, string method, string path, int allowed, string? body = null) =>
        new(id, method, path, body, allowed, Sibling: 403) { IsOfInstallation = true };

    private static MatrixRow List(string id, string path) => new(id, "GET", path, null, Allowed: 200, Sibling: 200);

    private static MatrixRow Read(string id, string path) => new(id, "GET", path, null, Allowed: 200, Sibling: 404);

    private static MatrixRow Make(string id, string path, string body) => new(id, "POST", path, body, Allowed: 201, Sibling: 404);

    private static MatrixRow Write(string method, string id, string path, string? body = null) =>
        new(id, method, path, body, Allowed: 412, Sibling: 404);
}
