using System.Text;
using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>Tenants' keys are HS256 keys: long enough to withstand guessing. RFC 7518 §3.2.</summary>
internal static class TenantRules
{
    /// <summary>Below it a key can be found by trying.</summary>
    private const int LeastBytes = 16;

    /// <summary>RFC 7518 §3.2: a key of the size of the hash.</summary>
    private const int LeastBytesOutsideDevelopment = 32;

    public static void Check(RuleContext context)
    {
        CheckShared(context);
        var least = context.IsDevelopment ? LeastBytes : LeastBytesOutsideDevelopment;
        foreach (var tenant in context.Document.Tenants.Where(tenant => tenant.ApiKeys is not null))
        {
            for (var i = 0; i < tenant.ApiKeys.Count; i++)
            {
                if (tenant.ApiKeys[i].Value is { } secret)
                    SecretRules.RefuseDemo(tenant, TokenHash.Of(secret.Reveal()), context, "api_keys", i, "value");
                if (tenant.ApiKeys[i].Value is { } key && Encoding.UTF8.GetByteCount(key.Reveal()) is var bytes && bytes < least)
                {
                    context.Refuse(
                        tenant,
                        $"has {bytes} bytes; an HS256 key needs at least {least} here: openssl rand -base64 32",
                        "api_keys", i, "value");
                }
            }

            SecretRules.Check(
                tenant, "api_keys", [.. tenant.ApiKeys.Select(key => (key.NotBefore, key.ExpiresAt))], tenant.Enabled, context);
        }
    }

    // With one key for two tenants, each could sign for the users of the other.
    private static void CheckShared(RuleContext context)
    {
        var holders = new Dictionary<string, TenantDefinition>(StringComparer.Ordinal);
        foreach (var tenant in context.Document.Tenants.Where(tenant => tenant.ApiKeys is not null))
        {
            for (var i = 0; i < tenant.ApiKeys.Count; i++)
            {
                if (tenant.ApiKeys[i].Value is { } key
                    && !holders.TryAdd(key.Reveal(), tenant)
                    && holders[key.Reveal()].Alias != tenant.Alias)
                    context.Refuse(
                        tenant, $"is already a key of the tenant at {context.PlaceOf(holders[key.Reveal()])}; each key is used once",
                        "api_keys", i, "value");
            }
        }
    }
}
