namespace IdentityHub.ConfigAsCode;

/// <summary>API keys: their organization exists, and they have not expired from the start.</summary>
internal static class ApiKeyRules
{
    public static void Check(RuleContext context)
    {
        foreach (var key in context.Document.ApiKeys)
        {
            SecretRules.RefuseDemo(key, key.Sha256, context, "value");
            if (key.Organization is { } organization)
                context.RequireKnown(key, "organization", "organizations", organization, context.Organizations, "organization");
            if (key.NotBefore >= key.ExpiresAt)
                context.Refuse(key, "must be later than not_before", "expires_at");
            else if (key.ExpiresAt <= context.Now && key.Enabled)
                context.Refuse(key, "is in the past; remove the key, or set enabled: false", "expires_at");
        }
    }
}
