using System.Text.Json;
using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Turns definitions into claims that know how to find their values.</summary>
internal static class ClaimSources
{
    private static readonly IReadOnlyList<ClaimDestination> s_everywhere = Enum.GetValues<ClaimDestination>();

    /// <summary>The claims that need no definition.</summary>
    public static IEnumerable<ConfiguredClaim> Predefined()
    {
        foreach (var name in ClaimNames.BuiltIn.Where(name => name != ClaimNames.OrganizationId))
        {
            var attribute = ClaimAttributes.OfStandardClaim(name);
            yield return new(name, s_everywhere, needsDetails: false, user => attribute(user.Profile));
        }

        // An access token and the answer of introspection name the organization whatever the scopes are.
        yield return new(
            ClaimNames.OrganizationId, [ClaimDestination.IdToken, ClaimDestination.Userinfo], needsDetails: false,
            static user => user.OrganizationId);
        yield return new(ClaimNames.OrganizationName, s_everywhere, needsDetails: true, static user => user.OrganizationName);
        yield return new(ClaimNames.Roles, s_everywhere, needsDetails: true, static user => Some(user.Roles));
        yield return new(ClaimNames.Permissions, s_everywhere, needsDetails: true, static user => Some(user.Permissions));
    }

    /// <summary>The claim of a definition that the rules have let through.</summary>
    /// <param name="attributes">Those of users that the configuration defines.</param>
    public static ConfiguredClaim Of(ClaimDefinition definition, AttributeSchema attributes)
    {
        var defined = definition.ValueSource == ClaimSource.Attribute ? attributes.Find(definition.Path ?? "") : null;
        var source = defined is null ? SourceOf(definition) : user => AttributeOf(user, defined);
        var type = definition.Type;
        var needsDetails = defined is not null
            || definition.ValueSource is not (ClaimSource.Attribute or ClaimSource.OrganizationId or ClaimSource.Static);
        return new(definition.Name, definition.Destinations, needsDetails, user => ClaimConversion.To(type, source(user)));
    }

    private static Func<UserDetails, object?> SourceOf(ClaimDefinition definition)
    {
        var path = definition.Path ?? "";
        switch (definition.ValueSource)
        {
            case ClaimSource.Attribute:
                var attribute = ClaimAttributes.All.GetValueOrDefault(path);
                return user => attribute?.Invoke(user.Profile);
            case ClaimSource.CustomData:
                var members = path.Split('.');
                return user => user.CustomData is { } data ? MemberOf(data, members) : null;
            case ClaimSource.ImportedClaim:
                return user => ImportedOf(user, path);
            case ClaimSource.Roles:
                return static user => Some(user.Roles);
            case ClaimSource.Permissions:
                return static user => Some(user.Permissions);
            case ClaimSource.OrganizationId:
                return static user => user.OrganizationId;
            case ClaimSource.OrganizationName:
                return static user => user.OrganizationName;
            default:
                object? value = definition.Value?.Element;
                return _ => value;
        }
    }

    private static object? AttributeOf(UserDetails user, UserAttributeDefinition definition)
    {
        string[] values = [.. user.Attributes.Where(one => one.Key == definition.Name).Select(one => one.Value)];
        return AttributeValues.ToJson(definition, values);
    }

    private static JsonElement? MemberOf(string data, string[] members)
    {
        var element = JsonElement.Parse(data);
        foreach (var member in members)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(member, out element))
                return null;
        }

        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    // One value is a string, several are an array.
    private static object? ImportedOf(UserDetails user, string type)
    {
        string[] values = [.. user.ImportedClaims.Where(claim => claim.Key == type).Select(claim => claim.Value)];
        return values.Length switch
        {
            0 => null,
            1 => values[0],
            _ => values,
        };
    }

    private static object? Some(IReadOnlyList<string> values) => values.Count == 0 ? null : values;
}
