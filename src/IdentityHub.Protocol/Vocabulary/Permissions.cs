namespace IdentityHub.Protocol.Vocabulary;

/// <summary>What a role or an API key can allow.</summary>
public static class Permissions
{
    public const string SessionRead = "session.read";
    public const string SessionTerminate = "session.terminate";
    public const string SessionAssume = "session.assume";
    public const string UserBlock = "user.block";
    public const string UserPassword = "user.password";

    /// <summary>To see users, with their factors, consents and roles.</summary>
    public const string UserRead = "user.read";

    /// <summary>To make and change users, to remove their factors and to withdraw their consents.</summary>
    public const string UserWrite = "user.write";

    /// <summary>To erase users.</summary>
    public const string UserErase = "user.erase";

    /// <summary>To see organizations and who has which role in them.</summary>
    public const string OrganizationRead = "organization.read";

    /// <summary>To change organizations, and to invite people to them.</summary>
    public const string OrganizationWrite = "organization.write";

    /// <summary>To give roles to users and to take them away.</summary>
    public const string RoleGrant = "role.grant";

    /// <summary>To read the audit trail.</summary>
    public const string AuditRead = "audit.read";

    /// <summary>To see API keys.</summary>
    public const string ApiKeyRead = "api_key.read";

    /// <summary>To make and revoke API keys.</summary>
    public const string ApiKeyWrite = "api_key.write";

    /// <summary>To make, change and erase the users of an organization by SCIM, and to give them roles there.</summary>
    public const string DirectoryWrite = "directory.write";

    public static IReadOnlyList<string> All { get; } =
    [
        SessionRead, SessionTerminate, SessionAssume, UserBlock, UserPassword, UserRead, UserWrite, UserErase, OrganizationRead,
        OrganizationWrite, RoleGrant, AuditRead, ApiKeyRead, ApiKeyWrite, DirectoryWrite,
    ];
}
