using System.Collections.Frozen;
using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Attributes of a user's profile that a claim can be made of.</summary>
internal static class ClaimAttributes
{
    /// <summary>By the names that files use.</summary>
    public static FrozenDictionary<string, Func<UserProfile, object?>> All { get; } = new Dictionary<string, Func<UserProfile, object?>>
    {
        ["id"] = static profile => profile.UserId.ToString(),
        ["user_name"] = static profile => profile.UserName,
        ["name"] = static profile => PersonName.Of(profile.GivenName, profile.FamilyName),
        ["given_name"] = static profile => profile.GivenName,
        ["family_name"] = static profile => profile.FamilyName,
        ["locale"] = static profile => profile.Locale,
        ["updated_at"] = static profile => profile.UpdatedAt.ToUnixTimeSeconds(),
        ["email"] = static profile => profile.Email,
        ["email_verified"] = static profile => profile.Email is null ? null : profile.EmailVerified,
        ["phone_number"] = static profile => profile.PhoneNumber,
        ["phone_number_verified"] = static profile => profile.PhoneNumber is null ? null : profile.PhoneNumberVerified,
        ["address"] = static profile => profile.Address,
        ["street_address"] = static profile => profile.Address?.StreetAddress,
        ["locality"] = static profile => profile.Address?.Locality,
        ["region"] = static profile => profile.Address?.Region,
        ["postal_code"] = static profile => profile.Address?.PostalCode,
        ["country"] = static profile => profile.Address?.Country,
        ["organization_id"] = static profile => profile.OrganizationId,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The attribute of a claim that needs no definition. OpenID Connect Core §5.1.</summary>
    public static Func<UserProfile, object?> OfStandardClaim(string claim) => All[claim == "preferred_username" ? "user_name" : claim];
}
