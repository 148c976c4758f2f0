using System.Collections.Frozen;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>Names of claims that have a meaning without a definition.</summary>
public static class ClaimNames
{
    /// <summary>Names of the roles that a user has where the token is for.</summary>
    public const string Roles = "roles";

    /// <summary>What those roles allow.</summary>
    public const string Permissions = "permissions";

    /// <summary>Id of the organization that the token is for.</summary>
    public const string OrganizationId = "org_id";

    /// <summary>Its name.</summary>
    public const string OrganizationName = "org_name";

    /// <summary>
    /// Claims of the protocols: RFC 7519 §4.1, RFC 7662 §2.2, RFC 7800 §3.1, RFC 8693 §4, RFC 9068 §2.2, RFC 9396 §9.1, OpenID Connect Core
    /// §2, §3.3.2.11, §5.6.2, §7.4, Back-Channel Logout §2.4, and the hub's own. No configuration gives them a value.
    /// </summary>
    public static FrozenSet<string> Reserved { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "typ", "client_id", "scope", "cnf", "act", "may_act", "sid", "auth_time", "nonce",
        "acr", "amr", "azp", "at_hash", "c_hash", "s_hash", "sub_jwk", "events", "active", "username", "token_type",
        "authorization_details", "_claim_names", "_claim_sources", "grant_id", "r", "reg");

    /// <summary>Claims by scope. OpenID Connect Core §5.4; of <c>profile</c>, those that a user of the hub can have.</summary>
    public static IReadOnlyList<string> OfStandardScope(string scope) => scope switch
    {
        "profile" => ["name", "given_name", "family_name", "preferred_username", "locale", "updated_at"],
        "email" => ["email", "email_verified"],
        "phone" => ["phone_number", "phone_number_verified"],
        "address" => ["address"],
        _ => [],
    };

    /// <summary>Claims that are always the same: those of the standard's scopes, and <see cref="OrganizationId"/>.</summary>
    public static FrozenSet<string> BuiltIn { get; } =
        StandardScopes.All.SelectMany(OfStandardScope).Append(OrganizationId).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Claims that a definition may replace.</summary>
    public static IReadOnlyList<string> Predefined { get; } = [Roles, Permissions, OrganizationName];
}
