using System.Text.Json;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Users;

/// <summary>The claims of a user that scopes and files name. OpenID Connect Core §5.1, §5.4.</summary>
internal sealed class UserClaims(UserDirectory users)
{
    /// <summary>Claims by scope. OpenID Connect Core §5.4; <c>address</c> has no source here and gives none.</summary>
    public static IReadOnlyList<string> OfScope(string scope) => scope switch
    {
        "profile" => ["name", "given_name", "family_name", "preferred_username", "locale", "updated_at"],
        "email" => ["email", "email_verified"],
        "phone" => ["phone_number", "phone_number_verified"],
        _ => [],
    };

    /// <summary>Those of <paramref name="names"/> that belong to one of <paramref name="scopes"/>: asking by name gets nobody more than a scope would. OpenID Connect Core §5.5.</summary>
    public static IReadOnlyList<string> Covered(IEnumerable<string> names, IReadOnlyList<string> scopes)
    {
        var covered = scopes.SelectMany(OfScope).ToHashSet(StringComparer.Ordinal);
        return [.. names.Where(covered.Contains)];
    }

    /// <summary>Those of <paramref name="names"/> that the user has; empty when there is no such user.</summary>
    public async ValueTask<IReadOnlyList<KeyValuePair<string, object>>> ReadAsync(Guid userId, IEnumerable<string> names, CancellationToken cancellationToken) =>
        await users.FindProfileAsync(userId, cancellationToken) is { } profile
            ? [.. names.Select(name => (name, value: ValueOf(profile, name))).Where(claim => claim.value is not null).Select(claim => KeyValuePair.Create(claim.name, claim.value!))]
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
                default:
                    json.WriteString(name, (string)value);
                    break;
            }
        }
    }

    private static object? ValueOf(UserProfile profile, string claim) => claim switch
    {
        "name" => (profile.GivenName, profile.FamilyName) switch
        {
            (null, null) => null,
            ({ } given, { } family) => $"{given} {family}",
            var (given, family) => given ?? family,
        },
        "given_name" => profile.GivenName,
        "family_name" => profile.FamilyName,
        "preferred_username" => profile.UserName,
        "locale" => profile.Locale,
        "updated_at" => profile.UpdatedAt.ToUnixTimeSeconds(),
        "email" => profile.Email,
        "email_verified" => profile.Email is null ? null : profile.EmailVerified,
        "phone_number" => profile.PhoneNumber,
        "phone_number_verified" => profile.PhoneNumber is null ? null : profile.PhoneNumberVerified,
        _ => null,
    };
}
