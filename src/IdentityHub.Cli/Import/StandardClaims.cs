namespace IdentityHub.Cli.Import;

/// <summary>Names of claims that OpenID Connect Core defines.</summary>
internal static class StandardClaims
{
    /// <summary>OpenID Connect Core §5.1.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
        "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address",
        "updated_at",
    ];
}
