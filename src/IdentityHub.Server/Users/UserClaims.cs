using System.Collections.Frozen;
using System.Text.Json;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Users;

/// <summary>The claims of a user that scopes and files name. OpenID Connect Core §5.1, §5.4.</summary>
internal sealed class UserClaims(UserDirectory users)
{
    // A claim that is not here is one that no user of the hub has.
    private static readonly FrozenDictionary<string, Func<UserProfile, object?>> Sources = new Dictionary<
        string,
        Func<UserProfile, object?>
    >
    {
        ["name"] = profile => PersonName.Of(profile.GivenName, profile.FamilyName),
        ["given_name"] = static profile => profile.GivenName,
        ["family_name"] = static profile => profile.FamilyName,
        ["preferred_username"] = static profile => profile.UserName,
        ["locale"] = static profile => profile.Locale,
        ["updated_at"] = static profile => profile.UpdatedAt.ToUnixTimeSeconds(),
        ["email"] = static profile => profile.Email,
        ["email_verified"] = static profile => profile.Email is null ? null : profile.EmailVerified,
        ["phone_number"] = static profile => profile.PhoneNumber,
        ["phone_number_verified"] = static profile => profile.PhoneNumber is null ? null : profile.PhoneNumberVerified,
        ["address"] = static profile => profile.Address,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True for a claim that a user can have.</summary>
    public static bool IsKnown(string claim) => Sources.ContainsKey(claim);

    /// <summary>Claims by scope. OpenID Connect Core §5.4; of <c>profile</c>, those that a user of the hub can have.</summary>
    public static IReadOnlyList<string> OfScope(string scope) => scope switch
    {
        "profile" => ["name", "given_name", "family_name", "preferred_username", "locale", "updated_at"],
        "email" => ["email", "email_verified"],
        "phone" => ["phone_number", "phone_number_verified"],
        "address" => ["address"],
        _ => [],
    };

    /// <summary>
    /// Those of <paramref name="names"/> that belong to one of <paramref name="scopes"/>: asking by name gives a client no more than a
    /// scope would. OpenID Connect Core §5.5.
    /// </summary>
    public static IReadOnlyList<string> Covered(IEnumerable<string> names, IReadOnlyList<string> scopes)
    {
        var covered = scopes.SelectMany(OfScope).ToHashSet(StringComparer.Ordinal);
        return [.. names.Where(covered.Contains)];
    }

    /// <summary>Those of <paramref name="names"/> that the user has; empty when there is no such user.</summary>
    public async ValueTask<IReadOnlyList<KeyValuePair<string, object>>> ReadAsync(
        Guid userId, IEnumerable<string> names, CancellationToken cancellationToken) =>
        await users.FindProfileAsync(userId, cancellationToken) is { } profile
            ?
            [
                .. names
                    .Select(name => (name, value: ValueOf(profile, name)))
                    .Where(claim => claim.value is not null)
                    .Select(claim => KeyValuePair.Create(claim.name, claim.value!))
            ]
            : [];

    /// <summary>Writes claims as members of the object that is open.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object>> claims)
    {
        foreach (var (name, value) in claims)
        {
            switch (value)
            {
                case bool flag:
                    json.WriteBoolean(name, flag);
                    break;
                case long number:
                    json.WriteNumber(name, number);
                    break;
                case IReadOnlyList<string> texts:
                    json.WriteStartArray(name);
                    foreach (var text in texts)
                        json.WriteStringValue(text);
                    json.WriteEndArray();
                    break;
                case PostalAddress address:
                    Write(json, name, address);
                    break;
                default:
                    json.WriteString(name, (string)value);
                    break;
            }
        }
    }

    // OpenID Connect Core §5.1.1: what is not known is left out.
    private static void Write(Utf8JsonWriter json, string name, PostalAddress address)
    {
        json.WriteStartObject(name);
        json.WriteString("formatted"u8, address.Formatted);
        foreach (var (member, value) in new[]
                 {
                     ("street_address", address.StreetAddress), ("locality", address.Locality), ("region", address.Region),
                     ("postal_code", address.PostalCode), ("country", address.Country),
                 })
        {
            if (value is not null)
                json.WriteString(member, value);
        }

        json.WriteEndObject();
    }

    private static object? ValueOf(UserProfile profile, string claim) =>
        Sources.TryGetValue(claim, out var source) ? source(profile) : null;
}
