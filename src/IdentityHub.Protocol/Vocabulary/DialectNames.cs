namespace IdentityHub.Protocol.Vocabulary;

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

    /// <summary>All of them, in the order in which they are defined here.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(DialectNames).GetFields().Where(field => field.IsLiteral).OrderBy(field => field.MetadataToken)
            .Select(field => (string)field.GetRawConstantValue()!),
    ];
}
