using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>Scopes exist, and go with the grants; the organization exists.</summary>
internal static class ClientScopeRules
{
    public static void Check(ClientDefinition client, RuleContext context)
    {
        foreach (var scope in client.Scope)
            context.RequireKnown(client, "scope", "scopes", scope, context.Scopes, "scope");

        foreach (var scope in client.DefaultScope.Except(client.Scope))
            context.Refuse(client, $"scope '{scope}' is not in the client's scope; add it there", "default_scope");

        if (client.Scope.Contains(StandardScopes.OfflineAccess) && !client.GrantTypes.Contains(GrantTypes.RefreshToken))
            context.Refuse(client, "offline_access asks for a refresh token; add refresh_token to grant_types", "scope");

        if (client.RevokeOfflineAccessAtLogout && !client.Scope.Contains(StandardScopes.OfflineAccess))
            context.Refuse(client, "has no effect without offline_access in scope", "revoke_offline_access_at_logout");

        if (client.Organization is { } organization)
            context.RequireKnown(client, "organization", "organizations", organization, context.Organizations, "organization");
        CheckDirectory(client, context);
    }

    // A token without the scope is refused at the calls, and one without the organization too: both or neither.
    private static void CheckDirectory(ClientDefinition client, RuleContext context)
    {
        var hasScope = client.Scope.Contains(ScimScope.Name);
        if (client.ScimOrganization is not { } organization)
        {
            if (hasScope)
                context.Refuse(client, "scim needs the organization whose directory the client is; add scim_organization", "scope");
            return;
        }

        context.RequireKnown(client, "organization", "organizations", organization, context.Organizations, "scim_organization");
        if (!hasScope)
            context.Refuse(client, "has no effect without scim in scope", "scim_organization");
        if (!client.GrantTypes.Contains(GrantTypes.ClientCredentials))
            context.Refuse(client, "a directory calls for itself; add client_credentials to grant_types", "scim_organization");
    }
}
