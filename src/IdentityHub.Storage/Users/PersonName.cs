namespace IdentityHub.Storage.Users;

/// <summary>What a person is called. OpenID Connect Core §5.1, <c>name</c>.</summary>
public static class PersonName
{
    /// <summary>Given and family name, or the one that there is; null for neither.</summary>
    public static string? Of(string? givenName, string? familyName) => (givenName, familyName) switch
    {
        (null, null) => null,
        ({ } given, { } family) => $"{given} {family}",
        var (given, family) => given ?? family,
    };
}
