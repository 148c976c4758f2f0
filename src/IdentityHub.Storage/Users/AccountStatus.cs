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
    /// <summary>The columns in the order in which <see cref="Read"/> takes them; <c>u</c> is users, <c>o</c> organizations.</summary>
    internal const string Columns = "u.disabled_at, u.lockout_end, u.not_before, o.disabled_at";

    /// <summary>The same rule as <see cref="GetDenialReason"/>, for statements that must decide and write at once; <c>$1</c> is now.</summary>
    internal const string IsAdmittedSql =
        "(u.disabled_at IS NULL AND (u.lockout_end IS NULL OR u.lockout_end <= $1) AND (u.not_before IS NULL OR u.not_before <= $1) AND o.disabled_at IS NULL)";

    /// <summary>The stable reason why the user is not admitted at <paramref name="now"/>; null when admitted.</summary>
    public string? GetDenialReason(DateTimeOffset now) => this switch
    {
        { DisabledAt: not null } => Reasons.UserDisabled,
        { LockedUntil: { } until } when until > now => Reasons.UserBlocked,
        { NotBefore: { } from } when from > now => Reasons.UserNotYetValid,
        { OrganizationDisabledAt: not null } => Reasons.OrganizationDisabled,
        _ => null,
    };

    internal static AccountStatus Read(Sql.Row row, int first) =>
        new(row.TimeOrNull(first), row.TimeOrNull(first + 1), row.TimeOrNull(first + 2), row.TimeOrNull(first + 3));
}
