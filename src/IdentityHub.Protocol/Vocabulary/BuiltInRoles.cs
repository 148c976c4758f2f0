namespace IdentityHub.Protocol.Vocabulary;

/// <summary>Roles that need no definition and no organization.</summary>
public static class BuiltInRoles
{
    /// <summary>A service user; contracts/service-user-and-client-accounts.md.</summary>
    public const string Service = "service";

    /// <summary>Every permission everywhere.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Service, Admin];
}
