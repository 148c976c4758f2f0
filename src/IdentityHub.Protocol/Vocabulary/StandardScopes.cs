namespace IdentityHub.Protocol.Vocabulary;

/// <summary>Scopes that need no definition. OpenID Connect Core §5.4, §11.</summary>
public static class StandardScopes
{
    public const string OpenId = "openid";
    public const string OfflineAccess = "offline_access";

    public static IReadOnlyList<string> All { get; } = [OpenId, "profile", "email", "phone", "address", OfflineAccess];
}
