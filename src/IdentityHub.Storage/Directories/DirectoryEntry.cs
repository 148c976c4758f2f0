namespace IdentityHub.Storage.Directories;

/// <summary>A user as the directory of an organization sees them.</summary>
/// <param name="ExternalId">That this directory has given; null for none.</param>
/// <param name="DeactivatedAt">When this directory has disabled them.</param>
/// <param name="HasOutsideRights">
/// True where they have a role in an organization that the directory does not reach. The hub may know no permission of it: applications
/// get the names of roles.
/// </param>
public sealed record DirectoryEntry(
    Guid Id, string UserName, string? GivenName, string? FamilyName, string? Locale, string? Email, bool EmailConfirmed,
    string? PhoneNumber, bool PhoneNumberConfirmed, DateTimeOffset? DisabledAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    string SecurityStamp, string? ExternalId, DateTimeOffset? DeactivatedAt, bool HasOutsideRights)
{
    /// <summary>Roles in the organization of the directory.</summary>
    public IReadOnlyList<DirectoryMembership> Groups { get; init; } = [];

    /// <summary>What their roles allow them; read only of a user who is held.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>The columns that <see cref="Read"/> takes, of a user <c>u</c>, the directory's row <c>d</c>, and <c>below</c>.</summary>
    internal const string Columns =
        """
        u.id, u.user_name, u.given_name, u.family_name, u.locale, u.email, u.email_confirmed, u.phone_number, u.phone_number_confirmed,
        u.disabled_at, u.created_at, u.updated_at, COALESCE(u.security_stamp, '') AS security_stamp, d.external_id, d.deactivated_at,
        CASE WHEN EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.organization_id NOT IN (SELECT id FROM below))
             THEN 1 ELSE 0 END AS has_outside_rights
        """;

    internal static DirectoryEntry Read(Sql.Row row) => new(
        row.Guid("id"), row.Text("user_name"), row.TextOrNull("given_name"), row.TextOrNull("family_name"), row.TextOrNull("locale"),
        row.TextOrNull("email"), row.Bool("email_confirmed"), row.TextOrNull("phone_number"), row.Bool("phone_number_confirmed"),
        row.TimeOrNull("disabled_at"), row.Time("created_at"), row.Time("updated_at"), row.Text("security_stamp"),
        row.TextOrNull("external_id"), row.TimeOrNull("deactivated_at"), row.Int("has_outside_rights") == 1);

    /// <summary>Shows the id only.</summary>
    public override string ToString() => $"{nameof(DirectoryEntry)} {{ Id = {Id} }}";
}

/// <summary>A role that a user has in the organization of a directory.</summary>
public sealed record DirectoryMembership(Guid UserId, Guid RoleId, string RoleName);

/// <summary>What a directory wants a user to be.</summary>
/// <param name="EmailConfirmed">True where the address is the directory's to assert, or is the one that was confirmed before.</param>
/// <param name="IsActive">False: disabled, and everything ended.</param>
/// <param name="PasswordHash">Null: the password stays.</param>
public sealed record DirectoryWish(
    string UserName, string? GivenName, string? FamilyName, string? Locale, string? Email, bool EmailConfirmed, string? PhoneNumber,
    string? ExternalId, bool IsActive, string? PasswordHash)
{
    /// <summary>True where only a part of what the directory asked for is done: the user is disabled, and the rest was refused.</summary>
    public bool IsOnlyDisabling { get; private init; }

    /// <summary>The user as they are, but disabled.</summary>
    public static DirectoryWish Disabling(DirectoryEntry before) => new(
        before.UserName, before.GivenName, before.FamilyName, before.Locale, before.Email, before.EmailConfirmed, before.PhoneNumber,
        before.ExternalId, IsActive: false, PasswordHash: null)
    {
        IsOnlyDisabling = true,
    };

    /// <summary>Shows nothing of the person.</summary>
    public override string ToString() => nameof(DirectoryWish);
}
