namespace IdentityHub.Storage.Users;

/// <summary>Stores users inside transactions that do more.</summary>
internal static class NewUser
{
    // One statement decides who of several that race for a name, an address or a number gets it. ASSURANCE R9.
    private const string InsertSql =
        """
        INSERT INTO users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, phone_number, phone_number_confirmed, password_hash,
                           security_stamp, concurrency_stamp, two_factor_enabled, lockout_enabled, access_failed_count, given_name, family_name, locale,
                           home_region, organization_id, hash_login_disabled, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, FALSE, $12, 0, $13, $14, $15, $16, $17, $18, $19, $20)
        ON CONFLICT DO NOTHING
        """;

    /// <param name="user">With everything that is to be stored but its normalized names.</param>
    /// <returns>False when its id, name, address or number belongs to another user: nothing was stored.</returns>
    public static async Task<bool> TryInsertAsync(SqlTransaction transaction, User user, CancellationToken cancellationToken) =>
        await transaction.Call(InsertSql)
            .With(user.Id).With(user.UserName).With(NameNormalizer.Normalize(user.UserName!))
            .With(user.Email).With(user.Email is { } email ? NameNormalizer.Normalize(email) : null).With(user.EmailConfirmed)
            .With(user.PhoneNumber).With(user.PhoneNumberConfirmed).With(user.PasswordHash)
            .With(user.SecurityStamp).With(user.ConcurrencyStamp).With(user.LockoutEnabled)
            .With(user.GivenName)
            .With(user.FamilyName)
            .With(user.Locale)
            .With(user.HomeRegion)
            .With(user.OrganizationId)
            .With(user.HashLoginDisabled)
            .With(user.CreatedAt).With(user.UpdatedAt)
            .ExecuteAsync(cancellationToken) == 1;
}
