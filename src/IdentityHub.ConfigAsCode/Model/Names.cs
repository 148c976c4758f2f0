using IdentityHub.Protocol.Jose;

namespace IdentityHub.ConfigAsCode;

/// <summary>Names of the older APIs, as clients and the section <c>dialects</c> list them.</summary>
public static class DialectNames
{
    public const string HashSecret = "hash-secret";
    public const string ServiceUser = "service-user";
    public const string ClientAccounts = "client-accounts";
    public const string OAuthV2 = "oauth-v2";
    public const string Otp = "otp";
    public const string Lsid = "lsid";
    public const string OpenEndpoints = "open-endpoints";

    public static IReadOnlyList<string> All { get; } =
        [HashSecret, ServiceUser, ClientAccounts, OAuthV2, Otp, Lsid, OpenEndpoints];
}

/// <summary>Scopes that need no definition. OpenID Connect Core §5.4, §11.</summary>
public static class StandardScopes
{
    public const string OpenId = "openid";
    public const string OfflineAccess = "offline_access";

    public static IReadOnlyList<string> All { get; } = [OpenId, "profile", "email", "phone", "address", OfflineAccess];
}

/// <summary>The scope of the administrators' API; needs no definition, and speaks of no user.</summary>
public static class AdministratorScope
{
    public const string Name = "hub.admin";
}

/// <summary>Roles that need no definition and no organization.</summary>
public static class BuiltInRoles
{
    /// <summary>A service user; contracts/service-user-and-client-accounts.md.</summary>
    public const string Service = "service";

    /// <summary>Every permission everywhere.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Service, Admin];
}

/// <summary>Clients that no file describes: each is there while the dialect of its name is on, and gets tokens at that endpoint only.</summary>
public static class BuiltInClients
{
    /// <summary>Owns the API tokens of service users.</summary>
    public const string ServiceUser = DialectNames.ServiceUser;

    /// <summary>Owns the tokens of client accounts.</summary>
    public const string ClientAccounts = DialectNames.ClientAccounts;

    /// <summary>The audience of the tokens of both: <c>/v1/client/*</c>. An API resource of that name may introspect them.</summary>
    public const string Audience = "client-api";

    /// <summary>No client or API resource of the files may take one of these.</summary>
    public static IReadOnlyList<string> All { get; } = [ServiceUser, ClientAccounts];
}

/// <summary>What a role or an API key can allow.</summary>
public static class Permissions
{
    public const string SessionRead = "session.read";
    public const string SessionTerminate = "session.terminate";
    public const string SessionAssume = "session.assume";
    public const string UserBlock = "user.block";
    public const string UserPassword = "user.password";

    public static IReadOnlyList<string> All { get; } =
        [SessionRead, SessionTerminate, SessionAssume, UserBlock, UserPassword];
}

/// <summary>Algorithms for which the server keeps signing keys. RFC 7518 §3.1.</summary>
public static class SignedResponseAlgorithms
{
    public static IReadOnlyList<string> All { get; } = [JwsAlgorithms.ES256, JwsAlgorithms.RS256];
}

/// <summary>Algorithms that a client's assertion may be signed with, in the order in which discovery lists them. RFC 7518 §3.1.</summary>
public static class ClientAssertionAlgorithms
{
    public static IReadOnlyList<string> All { get; } = [JwsAlgorithms.PS256, JwsAlgorithms.ES256, JwsAlgorithms.RS256];
}

/// <summary>Key types of clients. RFC 7518 §6.1.</summary>
public static class JwkKeyTypes
{
    public static IReadOnlyList<string> All { get; } = [JsonWebKey.EllipticCurve, JsonWebKey.Rsa];
}
