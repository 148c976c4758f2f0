using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>Which grants go with which other keys.</summary>
internal static class ClientGrantRules
{
    /// <summary>Grants after which a refresh token can be issued. RFC 6749 §4.4.3 has none for client_credentials.</summary>
    private static readonly string[] s_withRefreshToken =
    [
        GrantTypes.AuthorizationCode, GrantTypes.Password, GrantTypes.DeviceCode, GrantTypes.TokenExchange, GrantTypes.JwtBearer,
        GrantTypes.Otp
    ];

    public static void Check(ClientDefinition client, RuleContext context)
    {
        var grants = client.GrantTypes;
        if (grants.Count == 0 && client.Dialects.Count == 0)
        {
            context.Refuse(
                client,
                "lists nothing that the client may do; name a grant such as client_credentials, or a dialect",
                "grant_types");
        }

        if (grants.Contains(GrantTypes.RefreshToken) && !grants.Any(s_withRefreshToken.Contains))
        {
            context.Refuse(
                client,
                $"refresh_token is never issued without one of {string.Join(", ", s_withRefreshToken)}; add one, or remove it",
                "grant_types");
        }

        if (grants.Contains(GrantTypes.AuthorizationCode) && client.RedirectUris.Count == 0)
            context.Refuse(client, "is missing; authorization_code needs at least one redirect URI", "redirect_uris");

        if (client.RequirePkce == false && client.TokenEndpointAuthMethod == ClientAuthMethods.None)
        {
            context.Refuse(
                client,
                "cannot be false for a public client (token_endpoint_auth_method none); RFC 9700 §2.1.1",
                "require_pkce");
        }

        if (client.Otp?.Enabled == true && !grants.Contains(GrantTypes.Otp) && !client.Dialects.Contains(DialectNames.Otp))
            context.Refuse(client, $"has no effect; add 'otp' to dialects or {GrantTypes.Otp} to grant_types", "otp", "enabled");

        if (grants.Contains(GrantTypes.Otp) && client.Otp?.Enabled != true)
            context.Refuse(client, "must hold enabled: true for the one-time password grant", "otp");

        if (client.MfaGraceUntil is not null && !client.RequireMfa)
            context.Refuse(client, "has no effect without require_mfa: true", "mfa_grace_until");

        if (client.AllowPasswordGrantWithoutMfa && !grants.Contains(GrantTypes.Password))
            context.Refuse(client, "has no effect; add password to grant_types", "allow_password_grant_without_mfa");

        if (client.TokenExchange is not null && !grants.Contains(GrantTypes.TokenExchange))
            context.Refuse(client, $"has no effect; add {GrantTypes.TokenExchange} to grant_types", "token_exchange");
        var others = client.TokenExchange?.Clients ?? [];
        for (var i = 0; i < others.Count; i++)
        {
            if (!context.IsIncomplete && !context.Clients.Contains(others[i]))
                context.Refuse(client, $"client '{others[i]}' is not defined", "token_exchange", "clients", i);
        }
        CheckTenant(client, context);

        var refresh = client.RefreshToken;
        if (!refresh.Rotation && client.TokenEndpointAuthMethod == ClientAuthMethods.None)
        {
            context.Refuse(
                client,
                "cannot be false for a public client (token_endpoint_auth_method none); RFC 9700 §4.14.2",
                "refresh_token", "rotation");
        }

        if (refresh.IdleLifetime > refresh.AbsoluteLifetime)
        {
            context.Refuse(
                client,
                $"is longer than absolute_lifetime ({Duration.Format(refresh.AbsoluteLifetime)})",
                "refresh_token", "idle_lifetime");
        }
    }

    // Whose signatures it may present: never those of just any tenant.
    private static void CheckTenant(ClientDefinition client, RuleContext context)
    {
        var exchanges = client.GrantTypes.Contains(GrantTypes.JwtBearer);
        if (exchanges && client.Tenant is null)
            context.Refuse(client, $"is missing; {GrantTypes.JwtBearer} needs the tenant whose tokens the client may exchange", "tenant");
        if (!exchanges && client.Tenant is not null)
            context.Refuse(client, $"has no effect; add {GrantTypes.JwtBearer} to grant_types", "tenant");
        if (client.Tenant is { } tenant)
            context.RequireKnown(client, "tenant", "tenants", tenant, context.Tenants, "tenant");
    }
}
