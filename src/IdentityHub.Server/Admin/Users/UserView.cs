using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.Sql;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>A user as it is answered in a list.</summary>
internal sealed record UserRow(
    Guid Id, string UserName, string? Email, bool EmailVerified, string? PhoneNumber, bool PhoneNumberVerified, string? GivenName,
    string? FamilyName, string? Locale, string? Organization, bool Enabled, bool HasPassword, bool HasSecondFactor,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static UserRow Of(AdministeredUser user) => new(
        user.Id, user.UserName, user.Email, user.EmailVerified, user.PhoneNumber, user.PhoneNumberVerified, user.GivenName, user.FamilyName,
        user.Locale, user.OrganizationId, user.DisabledAt is null, user.HasPassword, user.HasSecondFactor, user.CreatedAt, user.UpdatedAt);

    public override string ToString() => $"{nameof(UserRow)} {{ {Id} }}";
}

/// <summary>
/// A user as it is answered alone: what the list has, the attributes that the configuration defines, and the file that owns it.
/// </summary>
/// <param name="Attributes">Values by name.</param>
internal sealed record UserView(
    Guid Id, string UserName, string? Email, bool EmailVerified, string? PhoneNumber, bool PhoneNumberVerified, string? GivenName,
    string? FamilyName, string? Locale, string? Organization, bool Enabled, bool HasPassword, bool HasSecondFactor,
    IReadOnlyDictionary<string, object> Attributes, string? File, int? Line, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Reads the user as they are.</summary>
    /// <param name="call">Of the database, or of a transaction.</param>
    /// <returns>Null where there is none, or the account is erased.</returns>
    public static async Task<(AdministeredUser User, UserView View)?> FindAsync(
        Func<string, SqlCall> call, Guid id, AttributeSchema schema, CancellationToken cancellationToken)
    {
        if (await AdministeredUser.FindAsync(call, id, cancellationToken) is not { } user)
            return null;
        var attributes = schema.Of(await UserAttributeStore.FindAsync(call, id, cancellationToken), party: null);
        var place = await AdministeredUser.FindPlaceAsync(call, id, cancellationToken);
        var view = new UserView(
            user.Id, user.UserName, user.Email, user.EmailVerified, user.PhoneNumber, user.PhoneNumberVerified, user.GivenName,
            user.FamilyName, user.Locale, user.OrganizationId, user.DisabledAt is null, user.HasPassword, user.HasSecondFactor,
            attributes.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal), place?.File, place?.Line, user.CreatedAt,
            user.UpdatedAt);
        return (user, view);
    }

    public override string ToString() => $"{nameof(UserView)} {{ {Id} }}";
}
