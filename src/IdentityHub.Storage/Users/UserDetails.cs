namespace IdentityHub.Storage.Users;

/// <summary>What claims of a user are made of, as it is in the organization that a token is for.</summary>
/// <param name="OrganizationId">That organization; null for none.</param>
public sealed record UserDetails(UserProfile Profile, string? OrganizationId)
{
    /// <summary>Name of the organization; null for none.</summary>
    public string? OrganizationName { get; init; }

    /// <summary>What an application keeps with the account: one JSON object as text; null for none.</summary>
    public string? CustomData { get; init; }

    /// <summary>
    /// Names of the roles that the user has in the installation, in the organization and in those above it; each once, in ordinal order.
    /// </summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>What those roles allow; each once, in ordinal order.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>Types and values of the claims that came with the user from another system, in ordinal order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ImportedClaims { get; init; } = [];

    /// <summary>Names and values of the attributes that the configuration defines, in ordinal order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(UserDetails)} {{ UserId = {Profile.UserId} }}";
}

/// <summary>Reads users with all that claims are made of.</summary>
public sealed class UserDetailsReader(HubDatabase database)
{
    private const string Role = "role";
    private const string Claim = "claim";
    private const string Attribute = "attribute";

    // Deeper trees are not followed. Those above a disabled organization count no more than it does.
    private const string FindSql =
        $"""
        WITH RECURSIVE up (id, depth) AS (
            SELECT w.id, 0 FROM organizations w WHERE w.id = $2 AND w.disabled_at IS NULL
            UNION ALL
            SELECT w.parent_id, up.depth + 1 FROM up JOIN organizations w ON w.id = up.id WHERE w.parent_id IS NOT NULL AND up.depth < 64),
        held (kind, name, value) AS (
            SELECT '{Role}', r.name, r.permissions FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = $1
            UNION ALL
            SELECT '{Role}', r.name, r.permissions FROM memberships m
            JOIN roles r ON r.id = m.role_id JOIN up ON up.id = m.organization_id WHERE m.user_id = $1
            UNION ALL
            SELECT '{Claim}', c.claim_type, c.claim_value FROM user_claims c WHERE c.user_id = $1
            UNION ALL
            SELECT '{Attribute}', b.name, b.value FROM user_attributes b WHERE b.user_id = $1)
        SELECT {UserProfile.Columns}, t.name AS token_organization_name, a.custom_data,
               held.kind AS held_kind, held.name AS held_name, held.value AS held_value
        FROM users u
        LEFT JOIN organizations t ON t.id = $2
        LEFT JOIN client_accounts a ON a.user_id = u.id
        LEFT JOIN held ON TRUE
        WHERE u.id = $1
        """;

    /// <summary>The user; null where there is none. One statement.</summary>
    /// <param name="organizationId">The organization that the token is for; null for none.</param>
    public async Task<UserDetails?> FindAsync(Guid userId, string? organizationId, CancellationToken cancellationToken)
    {
        var rows = await database.Call(FindSql).With(userId).With(organizationId).ListAsync(Read, cancellationToken);
        if (rows.Count == 0)
            return null;

        var roles = rows.Where(row => row.Kind == Role).ToList();
        return new UserDetails(rows[0].Profile, organizationId)
        {
            OrganizationName = rows[0].OrganizationName,
            CustomData = rows[0].CustomData,
            Roles = Sorted(roles.Select(role => role.Name!)),
            Permissions = Sorted(roles.SelectMany(role => role.Value!.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
            ImportedClaims = Pairs(rows, Claim),
            Attributes = Pairs(rows, Attribute),
        };
    }

    private static KeyValuePair<string, string>[] Pairs(List<DetailRow> rows, string kind) =>
        [
            .. rows.Where(row => row.Kind == kind && row is { Name: not null, Value: not null })
                .Select(row => KeyValuePair.Create(row.Name!, row.Value!))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .ThenBy(pair => pair.Value, StringComparer.Ordinal),
        ];

    // A user without roles and claims is one row, in which these are null.
    private static DetailRow Read(Sql.Row row) => new(
        UserProfile.ReadProfile(row),
        row.TextOrNull("token_organization_name"),
        row.TextOrNull("custom_data"),
        row.TextOrNull("held_kind"),
        row.TextOrNull("held_name"),
        row.TextOrNull("held_value"));

    private static string[] Sorted(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private sealed record DetailRow(
        UserProfile Profile, string? OrganizationName, string? CustomData, string? Kind, string? Name, string? Value);
}
