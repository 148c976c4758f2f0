namespace IdentityHub.Cli.Import.Auth0;

/// <summary>
/// A password hash of a user: <c>passwordHash</c> of an export, <c>password_hash</c> or <c>custom_password_hash</c> of the bulk schema.
/// </summary>
internal static class Auth0Hash
{
    private const string Custom = "custom_password_hash";

    /// <summary>The hash as <c>hub users import</c> takes it; null for none. One that cannot be checked here is reported.</summary>
    public static string? Read(string label, IReadOnlyList<SourceObject> parts, ImportReport report)
    {
        if (parts.Select(part => part.Text("passwordHash")).FirstOrDefault(hash => hash is not null) is { } hash)
            return hash;
        if (parts.FirstOrDefault(part => part.Find(Custom) is not null)?.Inner(Custom) is not { } custom)
            return null;
        var read = Read(custom);
        if (read is null)
            report.Add(label, Custom, "***", "It cannot be checked here, so that it was left out: the user needs the password reset.");
        return read;
    }

    private static string? Read(SourceObject custom)
    {
        var (algorithm, hash, salt) = (custom.Text("algorithm"), custom.Inner("hash"), custom.Inner("salt"));
        if (hash.Text("value") is not { } value || custom.Inner("password").Text("encoding") is not (null or "utf8"))
            return null;
        return algorithm switch
        {
            // They say by their form what they are.
            "argon2" or "bcrypt" or "ldap" => value,
            "md5" or "sha1" or "sha256" or "sha512" when salt.Text("value") is null => $"{algorithm}:{value}",
            "md5" or "sha1" or "sha256" or "sha512"
                when salt.Text("position") == "prefix" && salt.Text("encoding") is null or "utf8" =>
                $"{algorithm}:{value}:{salt.Text("value")}",
            _ => null,
        };
    }
}
