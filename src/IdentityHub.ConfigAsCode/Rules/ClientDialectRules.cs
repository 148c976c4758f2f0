using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>What the older APIs ask of a client.</summary>
internal static class ClientDialectRules
{
    // At the others the callers are sessions, API keys, service users and tenants.
    private static readonly string[] s_ofClients = [DialectNames.HashSecret, DialectNames.OAuthV2, DialectNames.Otp];

    /// <summary>contracts/hash-secret.md and contracts/oauth-v2-and-otp.md promise no token that lives longer.</summary>
    private static readonly TimeSpan s_longestToken = TimeSpan.FromMinutes(60);

    public static void Check(ClientDefinition client, RuleContext context)
    {
        for (var i = 0; i < client.Dialects.Count; i++)
        {
            if (!context.IsIncomplete && !context.Dialects.Contains(client.Dialects[i]))
            {
                context.Refuse(
                    client,
                    $"dialect '{client.Dialects[i]}' is not named in 'dialects'; add '{client.Dialects[i]}: {{ enabled: true }}' there",
                    "dialects", i);
            }
        }

        foreach (var (i, suspended) in client.SuspendedDialects.Index())
        {
            if (!client.Dialects.Contains(suspended))
                context.Refuse(client, $"has no effect; '{suspended}' is not in dialects", "suspended_dialects", i);
            else if (!s_ofClients.Contains(suspended))
                context.Refuse(client, $"has no effect; no caller of '{suspended}' is a client", "suspended_dialects", i);
        }

        foreach (var dialect in new[] { DialectNames.HashSecret, DialectNames.OAuthV2 })
        {
            if (client.AccessTokenLifetime > s_longestToken && client.Dialects.Contains(dialect))
            {
                context.Refuse(
                    client,
                    $"is over its limit; at most {Duration.Format(s_longestToken)} with the dialect {dialect}",
                    "access_token_lifetime");
            }
        }

        if (client.HashAlias is not null
            && !client.Dialects.Contains(DialectNames.HashSecret)
            && !client.GrantTypes.Contains(GrantTypes.HashSecret))
            context.Refuse(client, "has no effect; add 'hash-secret' to dialects, or its grant to grant_types", "hash_alias");

        // It checks a secret whatever the client does at the token endpoint; the other methods have been asked for one already.
        if (!client.Dialects.Contains(DialectNames.HashSecret))
            return;
        if (client.TokenEndpointAuthMethod == ClientAuthMethods.None)
            context.Refuse(client, "none cannot go with the dialect hash-secret, which checks a secret", "token_endpoint_auth_method");
        else if (client.TokenEndpointAuthMethod == ClientAuthMethods.PrivateKeyJwt && client.ClientSecrets.Count == 0)
            context.Refuse(client, "is missing; the dialect hash-secret needs a secret", "client_secrets");
    }
}
