using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Storage.Users;

/// <summary>What decides whether a user is admitted at a moment: read with every token, checked by every grant and endpoint.</summary>
/// <param name="DisabledAt">Set while an administrator has the user disabled.</param>
/// <param name="LockedUntil">An administrator's block; counts while it is in the future.</param>
/// <param name="NotBefore">The user is not admitted before this time.</param>
/// <param name="OrganizationDisabledAt">Set while the home organization, or one above it, is disabled.</param>
public readonly record struct AccountStatus(
    DateTimeOffset? DisabledAt,
    DateTimeOffset? LockedUntil,
    DateTimeOffset? NotBefore,
    DateTimeOffset? OrganizationDisabledAt)
{
    /// <summary>The columns that <see cref="Read"/> takes; <c>u</c> is users, <c>o</c> organizations.</summary>
    internal const string Columns =
        "u.disabled_at AS user_disabled_at, u.lockout_end AS user_lockout_end, u.not_before AS user_not_before, o.disabled_at AS "
            + "user_organization_disabled_at";

    /// <summary>
    /// The columns that <see cref="ReadOther"/> takes, of another user in the same row; <c>r</c> is users, <c>p</c> organizations.
    /// </summary>
    internal const string OtherColumns =
        """
        r.disabled_at AS other_disabled_at, r.lockout_end AS other_lockout_end, r.not_before AS other_not_before,
        p.disabled_at AS other_organization_disabled_at
        """;

    /// <summary>
    /// The same rule as <see cref="GetDenialReason"/>, for statements that must decide and write at once; <c>$1</c> is now.
    /// </summary>
    internal const string IsAdmittedSql =
        "(u.disabled_at IS NULL AND (u.lockout_end IS NULL OR u.lockout_end <= $1) AND (u.not_before IS NULL OR u.not_before <= $1) AND "
            + "o.disabled_at IS NULL)";

    /// <summary>The stable reason why the user is not admitted at <paramref name="now"/>; null when admitted.</summary>
    public string? GetDenialReason(DateTimeOffset now) => this switch
    {
        { DisabledAt: not null } => Reasons.UserDisabled,
        { LockedUntil: { } until } when until > now => Reasons.UserBlocked,
        { NotBefore: { } from } when from > now => Reasons.UserNotYetValid,
        { OrganizationDisabledAt: not null } => Reasons.OrganizationDisabled,
        _ => null,
    };

    internal static AccountStatus Read(Sql.Row row) =>
        new(
            row.TimeOrNull("user_disabled_at"), row.TimeOrNull("user_lockout_end"), row.TimeOrNull("user_not_before"),
            row.TimeOrNull("user_organization_disabled_at"));

    internal static AccountStatus ReadOther(Sql.Row row) =>
        new(
            row.TimeOrNull("other_disabled_at"), row.TimeOrNull("other_lockout_end"), row.TimeOrNull("other_not_before"),
            row.TimeOrNull("other_organization_disabled_at"));
}
