using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Users;

/// <summary>A user as administrators see and change one. Holds no secret.</summary>
public sealed record AdministeredUser(
    Guid Id, string UserName, string? Email, bool EmailVerified, string? PhoneNumber, bool PhoneNumberVerified, string? GivenName,
    string? FamilyName, string? Locale, string? OrganizationId)
{
    /// <summary>Set while the user is disabled. UTC.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>End of an administrator's block; it counts while it is in the future. UTC.</summary>
    public DateTimeOffset? BlockedUntil { get; init; }

    /// <summary>False for a user who cannot log in with a password.</summary>
    public bool HasPassword { get; init; }

    /// <summary>True while the user has a second factor.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last change of what applications see. UTC.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The columns that <see cref="Read"/> takes, of a user <c>u</c>.</summary>
    public const string Columns =
        """
        u.id, u.user_name, u.email, u.email_confirmed, u.phone_number, u.phone_number_confirmed, u.given_name, u.family_name, u.locale,
        u.organization_id, u.disabled_at, u.lockout_end, CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS has_password,
        u.two_factor_enabled, u.created_at, u.updated_at
        """;

    /// <summary>A condition: the account of user <c>u</c> is not erased.</summary>
    public const string IsThereSql =
        "NOT EXISTS (SELECT 1 FROM client_accounts e WHERE e.user_id = u.id AND e.deleted_at IS NOT NULL)";

    private const string FindSql = $"SELECT {Columns} FROM users u WHERE u.id = $1 AND {IsThereSql}";

    private const string PlaceSql =
        "SELECT source_file, source_line FROM config_objects WHERE kind = 'users' AND name = $1 AND source_file IS NOT NULL";

    // The row is the caller's until the transaction ends.
    private const string UpdateSql =
        """
        UPDATE users SET user_name = $1, normalized_user_name = $2, email = $3, normalized_email = $4, email_confirmed = $5,
                         phone_number = $6, phone_number_confirmed = $7, given_name = $8, family_name = $9, locale = $10, organization_id = $11,
                         updated_at = $12, concurrency_stamp = $13
        WHERE id = $14
        """;

    private const string OthersSql =
        """
        SELECT CASE WHEN normalized_user_name = $1 THEN 'user_name' WHEN normalized_email = $2 THEN 'email' ELSE 'phone_number' END AS taken
        FROM users WHERE id <> $4 AND (normalized_user_name = $1 OR normalized_email = $2 OR phone_number = $3)
        """;

    /// <summary>The user; null where there is none, or the account is erased.</summary>
    /// <param name="call">Of the database, or of a transaction.</param>
    public static Task<AdministeredUser?> FindAsync(Func<string, SqlCall> call, Guid id, CancellationToken cancellationToken) =>
        call(FindSql).With(id).FirstOrNullAsync(Read, cancellationToken);

    /// <summary>The file and the line of the configuration that define the user; null where none do.</summary>
    /// <param name="call">Of the database, or of a transaction.</param>
    public static async Task<(string File, int Line)?> FindPlaceAsync(
        Func<string, SqlCall> call, Guid id, CancellationToken cancellationToken) =>
        await call(PlaceSql).With(id.ToString()).ListAsync(
            static row => (row.Text("source_file"), row.IntOrNull("source_line") ?? 1), cancellationToken) is [var place]
            ? place
            : null;

    /// <summary>Names of the fields whose value belongs to another user: <c>user_name</c>, <c>email</c>, <c>phone_number</c>.</summary>
    public Task<List<string>> FindTakenAsync(SqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Call(OthersSql).With(NameNormalizer.Normalize(UserName)).With(Email is null ? null : NameNormalizer.Normalize(Email))
            .With(PhoneNumber).With(Id).ListAsync(static row => row.Text(), cancellationToken);

    /// <summary>Writes everything of the record that an administrator may change, but for what disables and blocks.</summary>
    public Task UpdateAsync(SqlTransaction transaction, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Call(UpdateSql)
            .With(UserName).With(NameNormalizer.Normalize(UserName))
            .With(Email).With(Email is null ? null : NameNormalizer.Normalize(Email)).With(EmailVerified)
            .With(PhoneNumber).With(PhoneNumberVerified)
            .With(GivenName)
            .With(FamilyName)
            .With(Locale)
            .With(OrganizationId)
            .With(now)
            .With(Guid.NewGuid().ToString())
            .With(Id)
            .ExecuteAsync(cancellationToken);

    /// <summary>Reads the columns.</summary>
    public static AdministeredUser Read(Row row) => new(
        row.Guid("id"),
        row.Text("user_name"),
        row.TextOrNull("email"),
        row.Bool("email_confirmed"),
        row.TextOrNull("phone_number"),
        row.Bool("phone_number_confirmed"),
        row.TextOrNull("given_name"),
        row.TextOrNull("family_name"),
        row.TextOrNull("locale"),
        row.TextOrNull("organization_id"))
    {
        DisabledAt = row.TimeOrNull("disabled_at"),
        BlockedUntil = row.TimeOrNull("lockout_end"),
        HasPassword = row.Int("has_password") == 1,
        HasSecondFactor = row.Bool("two_factor_enabled"),
        CreatedAt = row.Time("created_at"),
        UpdatedAt = row.Time("updated_at"),
    };

    /// <summary>Shows the id only.</summary>
    public override string ToString() => $"{nameof(AdministeredUser)} {{ {Id} }}";
}
