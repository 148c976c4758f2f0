namespace IdentityHub.Storage.Users;

/// <summary>What a password check needs of a user.</summary>
public sealed record StoredCredential(
    Guid UserId, string UserName, string? PasswordHash, string SecurityStamp, string? OrganizationId, AccountStatus Status)
{
    /// <summary>The live <see cref="User.ClientVerifier"/>; null for none.</summary>
    public string? ClientVerifier { get; init; }

    /// <summary>See <see cref="User.HashLoginDisabled"/>.</summary>
    public bool HashLoginDisabled { get; init; }

    /// <summary>True while the user has a second factor.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>The columns that <see cref="Read"/> takes, of a user <c>u</c> and their organization <c>o</c>.</summary>
    internal const string Columns =
        $"""
        u.id, u.user_name, u.password_hash, COALESCE(u.security_stamp, '') AS security_stamp, u.organization_id, {AccountStatus.Columns},
        CASE WHEN u.client_verifier_stamp = u.security_stamp THEN u.client_verifier END AS live_client_verifier, u.hash_login_disabled,
        u.two_factor_enabled
        """;

    internal static StoredCredential Read(Sql.Row row) => new(
        row.Guid("id"),
        row.Text("user_name"),
        row.TextOrNull("password_hash"),
        row.Text("security_stamp"),
        row.TextOrNull("organization_id"),
        AccountStatus.Read(row))
    {
        ClientVerifier = row.TextOrNull("live_client_verifier"),
        HashLoginDisabled = row.Bool("hash_login_disabled"),
        HasSecondFactor = row.Bool("two_factor_enabled"),
    };

    public override string ToString() => $"{nameof(StoredCredential)} {{ UserId = {UserId} }}";
}

/// <summary>What the claims of OpenID Connect Core §5.1 are made of.</summary>
public sealed record UserProfile(
    Guid UserId,
    string UserName,
    string? GivenName,
    string? FamilyName,
    string? Locale,
    string? Email,
    bool EmailVerified,
    string? PhoneNumber,
    bool PhoneNumberVerified,
    PostalAddress? Address,
    string? OrganizationId,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The columns that <see cref="ReadProfile"/> takes, of a user <c>u</c>.</summary>
    internal const string Columns =
        """
        u.id, u.user_name, u.given_name, u.family_name, u.locale, u.email, u.email_confirmed, u.phone_number, u.phone_number_confirmed,
        u.organization_id, u.updated_at, u.street_address, u.locality, u.region, u.postal_code, u.country
        """;

    internal static UserProfile ReadProfile(Sql.Row row) => new(
        row.Guid("id"),
        row.Text("user_name"),
        row.TextOrNull("given_name"),
        row.TextOrNull("family_name"),
        row.TextOrNull("locale"),
        row.TextOrNull("email"),
        row.Bool("email_confirmed"),
        row.TextOrNull("phone_number"),
        row.Bool("phone_number_confirmed"),
        PostalAddress.ReadAddress(row),
        row.TextOrNull("organization_id"),
        row.Time("updated_at"));
}

/// <summary>A postal address, part by part; at least one is there. OpenID Connect Core §5.1.1.</summary>
/// <param name="StreetAddress">One line or several, apart by line breaks.</param>
/// <param name="Locality">City.</param>
/// <param name="Region">State or province.</param>
public sealed record PostalAddress(string? StreetAddress, string? Locality, string? Region, string? PostalCode, string? Country)
{
    /// <summary>As it is written on an envelope: street, code and city, region, country, a line each.</summary>
    public string Formatted => Joined('\n', StreetAddress, Joined(' ', PostalCode, Locality), Region, Country);

    private static string Joined(char separator, params IEnumerable<string?> parts) =>
        string.Join(separator, parts.Where(part => !string.IsNullOrEmpty(part)));

    // Null where nothing is known.
    internal static PostalAddress? ReadAddress(Sql.Row row)
    {
        var address = new PostalAddress(
            row.TextOrNull("street_address"), row.TextOrNull("locality"), row.TextOrNull("region"), row.TextOrNull("postal_code"),
            row.TextOrNull("country"));
        return address == new PostalAddress(null, null, null, null, null) ? null : address;
    }
}

/// <summary>Who is reached at an address.</summary>
/// <param name="Address">As it is stored: what to send to, whatever was typed.</param>
/// <param name="Locale">BCP 47; null where it is not known.</param>
public sealed record AddressedUser(StoredCredential Credential, string Address, string? Locale);

/// <summary>Looks users up by what they type; creates and changes them through ASP.NET Core Identity's own classes.</summary>
public sealed class UserDirectory(HubDatabase database)
{
    private const string CredentialSql =
        $"""
        SELECT {StoredCredential.Columns}
        FROM users u LEFT JOIN organizations o ON o.id = u.organization_id

        """;

    private const string FindCredentialByIdSql = CredentialSql + "WHERE u.id = $1";

    // A user name wins over an e-mail address, an e-mail address over a phone number.
    private const string FindCredentialSql = CredentialSql +
        """
        WHERE u.normalized_user_name = $1 OR u.normalized_email = $1 OR u.phone_number = $2
        ORDER BY CASE WHEN u.normalized_user_name = $1 THEN 0 WHEN u.normalized_email = $1 THEN 1 ELSE 2 END
        LIMIT 1
        """;

    private const string SetClientVerifierSql =
        "UPDATE users SET client_verifier = $1, client_verifier_stamp = security_stamp WHERE id = $2 AND COALESCE(security_stamp, '') = $3";

    private const string BlockSql = "UPDATE users SET lockout_end = $1 WHERE id = $2";

    private const string FindByAddressSql =
        $"""
        SELECT {StoredCredential.Columns},
               CASE WHEN u.normalized_email = $1 THEN u.email ELSE u.phone_number END AS address, u.locale
        FROM users u LEFT JOIN organizations o ON o.id = u.organization_id
        WHERE u.normalized_email = $1 OR u.phone_number = $2
        """;

    private const string FindProfileSql = $"SELECT {UserProfile.Columns} FROM users u WHERE u.id = $1";

    private const string HasRoleSql =
        "SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1 AND r.normalized_name = $2";

    // The security stamp stays: a better hash of the same password signs no user out.
    private const string UpgradeHashSql = "UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3";

    /// <summary>
    /// Finds the user that <paramref name="identifier"/> (user name, e-mail address or E.164 phone number) names; one statement either way.
    /// </summary>
    public Task<StoredCredential?> FindCredentialAsync(string identifier, CancellationToken cancellationToken) =>
        database
            .Call(FindCredentialSql)
            .With(NameNormalizer.Normalize(identifier))
            .With(PhoneNumber.Normalize(identifier))
            .FirstOrNullAsync(StoredCredential.Read, cancellationToken);

    /// <summary>Finds the user that an address belongs to.</summary>
    /// <param name="normalizedEmail">As <see cref="NameNormalizer"/> gives it; null for a phone number.</param>
    /// <param name="phoneNumber">As it is stored; null for an e-mail address.</param>
    public Task<AddressedUser?> FindByAddressAsync(string? normalizedEmail, string? phoneNumber, CancellationToken cancellationToken) =>
        database.Call(FindByAddressSql).With(normalizedEmail).With(phoneNumber).FirstOrNullAsync(
            static row => new AddressedUser(StoredCredential.Read(row), row.Text("address"), row.TextOrNull("locale")), cancellationToken);

    /// <summary>The same for the user with this id.</summary>
    public Task<StoredCredential?> FindCredentialAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(FindCredentialByIdSql).With(userId).FirstOrNullAsync(StoredCredential.Read, cancellationToken);

    /// <summary>Reads a user's profile; null when there is no such user.</summary>
    public Task<UserProfile?> FindProfileAsync(Guid userId, CancellationToken cancellationToken) =>
        database.Call(FindProfileSql).With(userId).FirstOrNullAsync(UserProfile.ReadProfile, cancellationToken);

    /// <summary>True when the user holds the role in the installation as a whole.</summary>
    public async Task<bool> HasRoleAsync(Guid userId, string role, CancellationToken cancellationToken) =>
        await database
            .Call(HasRoleSql)
            .With(userId)
            .With(NameNormalizer.Normalize(role))
            .FirstOrNullAsync(static row => row.Text(), cancellationToken)
            is not null;

    /// <summary>Replaces a hash by a better one of the same password, unless it was changed meanwhile.</summary>
    public Task UpgradeHashAsync(Guid userId, string oldHash, string newHash, CancellationToken cancellationToken) =>
        database.Call(UpgradeHashSql).With(newHash).With(userId).With(oldHash).ExecuteAsync(cancellationToken);

    /// <summary>Remembers a verifier of an older kind of hash, unless the credentials were changed meanwhile.</summary>
    /// <param name="securityStamp">The user's, as it was when the password was checked.</param>
    public Task SetClientVerifierAsync(Guid userId, string securityStamp, string verifier, CancellationToken cancellationToken) =>
        database.Call(SetClientVerifierSql).With(verifier).With(userId).With(securityStamp).ExecuteAsync(cancellationToken);

    /// <summary>Blocks a user until a time, or, with null, no longer, inside a transaction that does more.</summary>
    public static Task BlockAsync(SqlTransaction transaction, Guid userId, DateTimeOffset? until, CancellationToken cancellationToken) =>
        transaction.Call(BlockSql).With(until).With(userId).ExecuteAsync(cancellationToken);

    /// <summary>Blocks a user until a time, or, with null, no longer.</summary>
    public Task BlockAsync(Guid userId, DateTimeOffset? until, CancellationToken cancellationToken) =>
        database.Call(BlockSql).With(until).With(userId).ExecuteAsync(cancellationToken);
}
