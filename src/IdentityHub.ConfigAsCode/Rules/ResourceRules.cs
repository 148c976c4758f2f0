using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>Scopes and the APIs that understand them.</summary>
internal static class ResourceRules
{
    public static void Check(RuleContext context)
    {
        foreach (var scope in context.Document.Scopes)
        {
            if (scope.Name is { } name && (AdministrationScopes.All.Contains(name) || StandardScopes.All.Contains(name)))
                context.Refuse(scope, $"'{name}' is built in; remove it", "name");
        }

        foreach (var resource in context.Document.ApiResources)
        {
            for (var i = 0; i < resource.Scopes.Count; i++)
                context.RequireKnown(resource, "scope", "scopes", resource.Scopes[i], context.Scopes, "scopes", i);
            SecretRules.Check(resource, resource.ClientSecrets, resource.Enabled, context);
        }
    }
}
