using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>How a client proves who it is, and what that asks of its other keys.</summary>
internal static class ClientAuthenticationRules
{
    public static void Check(ClientDefinition client, RuleContext context)
    {
        switch (client.TokenEndpointAuthMethod)
        {
            case ClientAuthMethods.None:
                CheckPublic(client, context);
                break;
            case ClientAuthMethods.PrivateKeyJwt:
                if (client.Jwks is null)
                    context.Refuse(client, "is missing; private_key_jwt needs the client's public keys", "jwks");
                break;
            default:
                if (client.ClientSecrets.Count == 0)
                {
                    context.Refuse(
                        client,
                        $"is missing; {client.TokenEndpointAuthMethod} needs a secret (for a public client: "
                            + "token_endpoint_auth_method: none)",
                        "client_secrets");
                }

                break;
        }

        SecretRules.Check(client, client.ClientSecrets, client.Enabled, context);
    }

    private static void CheckPublic(ClientDefinition client, RuleContext context)
    {
        if (client.ClientSecrets.Count > 0)
        {
            context.Refuse(
                client,
                "would never be checked; remove them, or set token_endpoint_auth_method to client_secret_basic",
                "client_secrets");
        }

        if (client.OnBehalfOfIp)
        {
            context.Refuse(
                client,
                "true cannot go with token_endpoint_auth_method none: anybody could say any address; set client_secret_basic or "
                    + "private_key_jwt",
                "on_behalf_of_ip");
        }

        foreach (var grant in new[] { GrantTypes.ClientCredentials, GrantTypes.HashSecret })
        {
            if (client.GrantTypes.Contains(grant))
            {
                context.Refuse(
                    client,
                    $"none cannot go with {grant}: anybody could use it; set client_secret_basic or private_key_jwt",
                    "token_endpoint_auth_method");
            }
        }
    }
}
