namespace IdentityHub.ConfigAsCode;

/// <summary>All rules between keys and between objects. A rule for one value alone is at its definition.</summary>
internal static class ConfigRules
{
    public static void Check(RuleContext context)
    {
        UniqueRules.Check(context);
        foreach (var client in context.Document.Clients)
        {
            ClientGrantRules.Check(client, context);
            ClientAuthenticationRules.Check(client, context);
            ClientUriRules.Check(client, context);
            ClientScopeRules.Check(client, context);
            ClientDialectRules.Check(client, context);
            JwksRules.Check(client, context);
        }

        ResourceRules.Check(context);
        UserAttributeRules.Check(context);
        ClaimRules.Check(context);
        OrganizationRules.Check(context);
        UserRules.Check(context);
        ApiKeyRules.Check(context);
        TenantRules.Check(context);
        DialectRules.Check(context);
    }
}
