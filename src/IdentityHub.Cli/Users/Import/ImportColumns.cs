namespace IdentityHub.Cli.Users.Import;

/// <summary>What a file of users may say, in the names of the configuration files.</summary>
internal static class ImportColumns
{
    public const string Id = "id";
    public const string UserName = "user_name";
    public const string Email = "email";
    public const string EmailVerified = "email_verified";
    public const string PhoneNumber = "phone_number";
    public const string PhoneNumberVerified = "phone_number_verified";
    public const string GivenName = "given_name";
    public const string FamilyName = "family_name";
    public const string Locale = "locale";
    public const string Organization = "organization";
    public const string Region = "region";
    public const string Roles = "roles";
    public const string PasswordHash = "password_hash";

    /// <summary>Of a hash that does not hold its salt: Firebase's.</summary>
    public const string PasswordSalt = "password_salt";

    public const string Disabled = "disabled";

    /// <summary>Of an authenticator app: base32, for codes of six digits every thirty seconds with SHA-1.</summary>
    public const string TotpSecret = "totp_secret";

    /// <summary>Recovery codes that were not used yet, separated by blanks or semicolons.</summary>
    public const string RecoveryCodes = "recovery_codes";

    /// <summary>Claims that came with the user: an object in JSON lines, a column <c>claims.TYPE</c> in a table.</summary>
    public const string Claims = "claims";

    /// <summary>What the name of a column begins with whose values are those of a claim.</summary>
    public const string ClaimPrefix = $"{Claims}.";

    /// <summary>
    /// Attributes that the configuration defines: an object in JSON lines. In a table each is a column <c>attributes.NAME</c>.
    /// </summary>
    public const string Attributes = "attributes";

    /// <summary>What the name of a column begins with whose values are those of an attribute.</summary>
    public const string AttributePrefix = $"{Attributes}.";

    /// <summary>
    /// Logins at other providers: an array of objects with <c>provider</c>, <c>subject</c> and <c>name</c>. In a table it is a column
    /// <c>external_logins.PROVIDER</c> with the subject.
    /// </summary>
    public const string ExternalLogins = "external_logins";

    /// <summary>What the name of a column begins with whose values are the subjects of a provider.</summary>
    public const string ExternalLoginPrefix = $"{ExternalLogins}.";

    /// <summary>Between the values of a list: no value has a line break.</summary>
    public const char ListSeparator = '\n';

    public static readonly IReadOnlyList<string> All =
    [
        Id, UserName, Email, EmailVerified, PhoneNumber, PhoneNumberVerified, GivenName, FamilyName, Locale, Organization, Region, Roles,
        PasswordHash, PasswordSalt, Disabled, TotpSecret, RecoveryCodes, ExternalLogins,
    ];

    /// <summary>Longest value in characters.</summary>
    public const int MaxValueLength = 8192;

    /// <summary>The columns that there are, for a message.</summary>
    public static string Names => $"{string.Join(", ", All)}, {AttributePrefix}NAME, {ClaimPrefix}TYPE, {ExternalLoginPrefix}PROVIDER";

    private static readonly string[] Prefixes = [AttributePrefix, ClaimPrefix, ExternalLoginPrefix];

    private static bool IsKnown(string column) =>
        All.Contains(column, StringComparer.Ordinal)
        || Prefixes.Any(prefix => column.StartsWith(prefix, StringComparison.Ordinal) && column.Length > prefix.Length);

    /// <summary>Why a file with these columns is refused as a whole; null when it is not.</summary>
    public static string? Refusal(IReadOnlyList<string> columns)
    {
        if (columns.FirstOrDefault(column => !IsKnown(column)) is { } unknown)
            return $"There is no column '{unknown}'; these there are: {Names}.";
        if (columns.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } repeated)
            return $"The column '{repeated.Key}' is there twice.";
        return columns.Contains(UserName, StringComparer.Ordinal) ? null : $"The column '{UserName}' is missing.";
    }
}
