using static IdentityHub.Storage.UserData.UserDataKind;

namespace IdentityHub.Storage.UserData;

/// <summary>What a value is.</summary>
public enum UserDataKind
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A time, UTC.</summary>
    Time,

    /// <summary>A UUID.</summary>
    Id,

    /// <summary>One JSON object, stored as text.</summary>
    Json,
}

/// <summary>One value of a row.</summary>
/// <param name="Name">Its name in the answer.</param>
/// <param name="Expression">What it is made of; null: the column of that name.</param>
public sealed record UserDataColumn(string Name, UserDataKind Kind, string? Expression = null);

/// <summary>Rows of one kind about one user.</summary>
/// <param name="Table">Where they are.</param>
/// <param name="From">The rows of the user <c>$1</c>: what follows <c>FROM</c>.</param>
/// <param name="Order">By which the newest come first.</param>
public sealed record UserDataSection(
    string Name, string Table, string From, string Order, params IReadOnlyList<UserDataColumn> Columns);

/// <summary>
/// Everything that is stored of a user under their id, but for the audit trail and the passkeys, whose rows are read elsewhere. Left out
/// are secrets and what is made of them: hashes, stamps, codes, tokens. So is what would name another person.
/// </summary>
public static class UserDataSections
{
    /// <summary>The sections in the order in which they are read.</summary>
    public static IReadOnlyList<UserDataSection> All { get; } =
    [
        new("account", "users", "users u WHERE u.id = $1", "u.id",
            Of("user_name", Text), Of("email", Text), new("email_verified", Flag, "email_confirmed"), Of("phone_number", Text),
            new("phone_number_verified", Flag, "phone_number_confirmed"), Of("given_name", Text), Of("family_name", Text),
            Of("locale", Text), Of("street_address", Text), Of("locality", Text), Of("region", Text), Of("postal_code", Text),
            Of("country", Text), Of("home_region", Text), Of("organization_id", Text),
            new("has_password", Flag, "password_hash IS NOT NULL"), new("has_second_factor", Flag, "two_factor_enabled"),
            Of("disabled_at", Time), Of("not_before", Time), new("blocked_until", Time, "lockout_end"), Of("imported_at", Time),
            Of("created_at", Time), Of("updated_at", Time)),
        new("application_data", "client_accounts", "client_accounts WHERE user_id = $1", "created_at",
            Of("custom_data", Json), Of("created_at", Time)),
        new("roles", "user_roles", "user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = $1", "r.name",
            new UserDataColumn("role", Text, "r.name")),
        new("memberships", "memberships", "memberships m JOIN roles r ON r.id = m.role_id WHERE m.user_id = $1", "m.organization_id",
            Of("organization_id", Text), new("role", Text, "r.name")),
        new("directories", "directory_users", "directory_users WHERE user_id = $1", "organization_id",
            Of("organization_id", Text), Of("external_id", Text), Of("deactivated_at", Time)),
        new("claims", "user_claims", "user_claims WHERE user_id = $1", "id",
            new("type", Text, "claim_type"), new("value", Text, "claim_value")),
        new("attributes", "user_attributes", "user_attributes WHERE user_id = $1", "name", Of("name", Text), Of("value", Text)),
        new("external_logins", "user_logins", "user_logins WHERE user_id = $1", "login_provider",
            new("provider", Text, "login_provider"), new("name", Text, "provider_display_name"), new("key", Text, "provider_key")),
        new("authenticator_apps", "totp_authenticators", "totp_authenticators WHERE user_id = $1", "created_at",
            Of("created_at", Time), Of("last_used_at", Time)),
        new("recovery_codes", "recovery_codes", "recovery_codes WHERE user_id = $1", "created_at",
            Of("created_at", Time), Of("used_at", Time)),
        new("sessions", "sessions", "sessions WHERE user_id = $1", "created_at",
            Of("id", Id), Of("endpoint", Text), Of("client_id", Text), new("organization_id", Text, "effective_organization_id"),
            Of("authenticated_at", Time), Of("authentication_methods", Text), Of("created_at", Time), Of("last_seen_at", Time),
            Of("expires_at", Time), Of("ended_at", Time), Of("end_reason", Text), Of("is_persistent", Flag), Of("ip_address", Text),
            Of("user_agent", Text)),
        new("remembered_browsers", "remembered_browsers", "remembered_browsers WHERE user_id = $1", "created_at",
            Of("created_at", Time), Of("last_used_at", Time), Of("expires_at", Time), Of("user_agent", Text)),
        new("consents", "consents", "consents WHERE user_id = $1", "granted_at",
            Of("client_id", Text), Of("scopes", Text), Of("granted_at", Time)),
        new("devices", "device_codes", "device_codes WHERE user_id = $1", "created_at",
            Of("client_id", Text), Of("scopes", Text), Of("created_at", Time), Of("approved_at", Time), Of("denied_at", Time),
            Of("used_at", Time), Of("ip_address", Text), Of("user_agent", Text)),
        new("authorization_codes", "authorization_codes", "authorization_codes WHERE user_id = $1", "issued_at",
            Of("client_id", Text), Of("scopes", Text), Of("redirect_uri", Text), Of("session_id", Id), Of("issued_at", Time),
            Of("expires_at", Time), Of("used_at", Time)),
        new("access_tokens", "access_tokens", "access_tokens WHERE user_id = $1", "issued_at",
            Of("client_id", Text), Of("scopes", Text), Of("session_id", Id), Of("issued_at", Time), Of("expires_at", Time),
            Of("revoked_at", Time)),
        new("refresh_tokens", "refresh_token_families", "refresh_token_families WHERE user_id = $1", "created_at",
            Of("client_id", Text), Of("scopes", Text), Of("organization_id", Text), Of("session_id", Id), Of("created_at", Time),
            Of("expires_at", Time), Of("revoked_at", Time), Of("revoke_reason", Text)),
        new("password_resets", "password_resets", "password_resets WHERE user_id = $1", "created_at",
            Of("created_at", Time), Of("expires_at", Time), Of("used_at", Time), Of("is_by_phone", Flag)),
        new("address_changes", "address_changes", "address_changes WHERE user_id = $1", "created_at",
            Of("is_phone", Flag), Of("old_address", Text), Of("created_at", Time), Of("expires_at", Time), Of("undone_at", Time)),
        new("tenants", "tenant_users", "tenant_users WHERE user_id = $1", "created_at",
            Of("tenant", Text), Of("account_id", Text), Of("external_id", Text), Of("email", Text), Of("image_url", Text),
            Of("referral_code", Text), Of("created_at", Time)),
        new("referrals", "referrals", "referrals WHERE referrer_id = $1 OR referred_id = $1", "created_at",
            Of("tenant", Text), new("is_referrer", Flag, "referrer_id = $1"), Of("created_at", Time)),
    ];

    private static UserDataColumn Of(string name, UserDataKind kind) => new(name, kind);
}
