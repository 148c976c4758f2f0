using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>Every claim that is named has a value from somewhere, and no definition takes a name of the protocols.</summary>
internal static class ClaimRules
{
    public static void Check(RuleContext context)
    {
        foreach (var claim in context.Document.Claims)
        {
            CheckName(claim, context);
            if (context.IsRefused(claim, "source"))
                continue;
            CheckSource(claim, context);
            CheckType(claim, context);
        }

        foreach (var scope in context.Document.Scopes)
            CheckNamed(scope, scope.Claims, context);
        foreach (var resource in context.Document.ApiResources)
            CheckNamed(resource, resource.Claims, context);
        foreach (var client in context.Document.Clients)
            CheckOfClient(client, context);
    }

    private static void CheckName(ClaimDefinition claim, RuleContext context)
    {
        if (claim.Name is not { } name)
            return;
        if (ClaimNames.Reserved.Contains(name))
            context.Refuse(claim, $"'{name}' is a claim of the protocol; choose another name", "name");
        else if (ClaimNames.BuiltIn.Contains(name))
            context.Refuse(claim, $"'{name}' is built in; remove it", "name");
        else if (!context.IsIncomplete && !context.MayHaveUnnamedClaims && !context.NamedClaims.Contains(name))
            context.Refuse(claim, $"no scope and no API names '{name}' in its claims, so it would never be issued; add it to one", "name");
    }

    private static void CheckSource(ClaimDefinition claim, RuleContext context)
    {
        var needsPath = claim.ValueSource is ClaimSource.Attribute or ClaimSource.CustomData or ClaimSource.ImportedClaim;
        if (needsPath && claim.Path is null)
            context.Refuse(claim, $"is missing; source {NameOf(claim.ValueSource)} needs it", "path");
        else if (!needsPath && claim.Path is not null)
            context.Refuse(claim, $"has no effect with source {NameOf(claim.ValueSource)}; remove it", "path");

        if (claim.ValueSource == ClaimSource.Static && claim.Value is null)
            context.Refuse(claim, "is missing; source static needs it", "value");
        else if (claim.ValueSource != ClaimSource.Static && claim.Value is not null)
            context.Refuse(claim, $"has no effect with source {NameOf(claim.ValueSource)}; remove it", "value");

        if (claim is { ValueSource: ClaimSource.Attribute, Path: { } attribute }
            && !context.IsIncomplete && !context.Attributes.Contains(attribute))
        {
            var hint = Suggestion.Hint(attribute, [.. context.Attributes.Order(StringComparer.Ordinal)]);
            context.Refuse(claim, $"'{attribute}' is no attribute of users{hint}", "path");
        }

        if (claim is { ValueSource: ClaimSource.CustomData, Path: { } members } && members.Split('.').Contains(""))
            context.Refuse(claim, "must be names of members separated by dots, such as work.department", "path");
    }

    private static void CheckType(ClaimDefinition claim, RuleContext context)
    {
        if (claim.Type is not { } type)
            return;
        if (claim is { ValueSource: ClaimSource.Static, Value: { } value } && ClaimConversion.To(type, value.Element) is null)
            context.Refuse(claim, $"the value is no {NameOf(type)}", "type");
        var isText = claim.ValueSource is ClaimSource.Roles or ClaimSource.Permissions or ClaimSource.OrganizationId
            or ClaimSource.OrganizationName;
        if (isText && type is ClaimType.Number or ClaimType.Boolean)
            context.Refuse(claim, $"source {NameOf(claim.ValueSource)} never gives a {NameOf(type)}", "type");
    }

    private static void CheckNamed(ConfigDefinition definition, IReadOnlyList<string> names, RuleContext context)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (ClaimNames.Reserved.Contains(names[i]))
                context.Refuse(definition, $"'{names[i]}' is a claim of the protocol, which no scope brings; remove it", "claims", i);
            else
                context.RequireKnown(definition, "claim", "claims", names[i], context.Claims, "claims", i);
        }
    }

    private static void CheckOfClient(ClientDefinition client, RuleContext context)
    {
        if (client.Claims.Count == 0)
            return;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < client.Claims.Count; i++)
        {
            if (client.Claims[i].Name is not { } name)
                continue;
            if (ClaimNames.Reserved.Contains(name))
                context.Refuse(client, $"'{name}' is a claim of the protocol; choose another name", "claims", i, "name");
            else if (context.Claims.Contains(name))
                context.Refuse(client, $"'{name}' is a claim of users; choose another name", "claims", i, "name");
            else if (!names.Add(name))
                context.Refuse(client, $"the client has the claim '{name}' twice", "claims", i, "name");
        }

        var length = client.Claims.Sum(claim => (claim.Name?.Length ?? 0) + (claim.Value?.Json.Length ?? 0));
        if (length > ClaimValue.MaxLength)
            context.Refuse(
                client, $"have {length} characters; at most {ClaimValue.MaxLength} are allowed, so that tokens are not too long", "claims");
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
