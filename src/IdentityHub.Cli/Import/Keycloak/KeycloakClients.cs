using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Cli.Import.Keycloak;

/// <summary>Turns clients of a realm into clients, and those that only accept tokens into APIs.</summary>
/// <param name="realm">Settings that clients have unless they say otherwise.</param>
/// <param name="scopes">Scopes that there are, the built-in ones left out.</param>
internal sealed class KeycloakClients(SourceObject realm, IReadOnlySet<string> scopes)
{
    private const string NoCounterpart = "There is no counterpart. It was left out.";
    private const string OpenIdConnect = "openid-connect";

    // Every realm has them.
    private static readonly string[] Own =
        ["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];

    /// <summary>APIs: clients that are bearer-only.</summary>
    public List<ApiResourceDefinition> Apis { get; } = [];

    /// <returns>Null for what is no client here; the report says why.</returns>
    public ClientDefinition? Convert(SourceObject source)
    {
        if (source.Text("clientId") is not { } id)
            return LeftOut(source, "it has no clientId.");
        if (Own.Contains(id))
            return LeftOut(source, "it is a client of Keycloak itself.");
        if (source.Text("protocol") is { } protocol and not OpenIdConnect)
            return LeftOut(source, $"its protocol is {protocol}; only OpenID Connect and OAuth are spoken here.");
        var secret = SecretOf(source);
        if (source.Flag("bearerOnly"))
        {
            if (Apis.Exists(api => api.Name == id))
                return LeftOut(source, "another API of the realm has the same clientId.");
            Apis.Add(new ApiResourceDefinition
            {
                Name = id,
                DisplayName = source.Text("name"),
                Enabled = source.Flag("enabled", missing: true),
                ClientSecrets = secret is null ? [] : [secret],
            });
            return null;
        }

        var attributes = source.Inner("attributes");
        if (AuthenticationOf(source, attributes, secret) is not { } authentication)
            return null;
        var isPublic = authentication.Method == ClientAuthMethods.None;
        var redirects = KeycloakAddresses.RedirectsOf(source);
        var grants = GrantsOf(source, attributes, isPublic, redirects.Count > 0);
        if (grants.Count == 0)
            return LeftOut(source, "it has no flow that there is here.");

        var wanted = ScopesOf(source, grants);
        var defaults = wanted.Where(scope => !source.Texts("optionalClientScopes").Contains(scope)).ToList();
        var client = new ClientDefinition
        {
            ClientId = id,
            ClientName = source.Text("name") is { } name && !name.Contains("${", StringComparison.Ordinal) ? name : null,
            Enabled = source.Flag("enabled", missing: true),
            GrantTypes = grants,
            TokenEndpointAuthMethod = authentication.Method,
            ClientSecrets = authentication.Method == ClientAuthMethods.Basic ? [secret!] : [],
            Jwks = authentication.Keys.Count > 0 ? new JwksDefinition { Keys = authentication.Keys } : null,
            RedirectUris = redirects,
            AllowCustomScheme = redirects.Any(uri => uri.IndexOf(':', StringComparison.Ordinal) is > 0 and var end
                && uri[..end] is not ("http" or "https") && !uri[..end].Contains('.', StringComparison.Ordinal)),
            PostLogoutRedirectUris = KeycloakAddresses.PostLogoutOf(source, attributes, redirects),
            AllowedCorsOrigins = KeycloakAddresses.OriginsOf(source, redirects),
            BackchannelLogoutUri = attributes.Text("backchannel.logout.url"),
            BackchannelLogoutSessionRequired = attributes.Flag("backchannel.logout.session.required")
                && attributes.Text("backchannel.logout.url") is not null,
            FrontchannelLogoutUri = source.Flag("frontchannelLogout") ? attributes.Text("frontchannel.logout.url") : null,
            FrontchannelLogoutSessionRequired = attributes.Flag("frontchannel.logout.session.required")
                && source.Flag("frontchannelLogout") && attributes.Text("frontchannel.logout.url") is not null,
            RevokeOfflineAccessAtLogout = attributes.Flag("backchannel.logout.revoke.offline.tokens")
                && wanted.Contains(StandardScopes.OfflineAccess),
            Scope = wanted,
            DefaultScope = defaults.Count < wanted.Count ? defaults : [],
            RequireConsent = source.Flag("consentRequired"),
            RequirePushedAuthorizationRequests = attributes.Flag("require.pushed.authorization.requests"),
            RequirePkce = attributes.Text("pkce.code.challenge.method") is not null && !isPublic ? true : null,
            AccessTokenFormat = AccessTokenFormat.Jwt,
            AccessTokenSignedResponseAlg = AlgorithmOf(attributes, "access.token.signed.response.alg"),
            IdTokenSignedResponseAlg = AlgorithmOf(attributes, "id.token.signed.response.alg"),
            AccessTokenLifetime = Seconds(
                attributes, "access.token.lifespan", realm.Number("accessTokenLifespan") ?? 300, TimeSpan.FromDays(1)),
            RefreshToken = RefreshTokenOf(source, attributes, isPublic, grants.Contains(GrantTypes.RefreshToken)),
        };
        ReportRest(source, attributes);
        return client;
    }

    private static ClientDefinition? LeftOut(SourceObject source, string why)
    {
        source.ReportLeftOut(why);
        return null;
    }

    // The export masks secrets unless it is made on the command line of Keycloak.
    private static SecretDigest? SecretOf(SourceObject source)
    {
        if (source.Text("secret") is not { } secret || source.Flag("publicClient"))
            return null;
        if (secret.All(character => character == '*') || secret.Contains("${", StringComparison.Ordinal))
        {
            source.Report(
                "secret", "***", "The export does not hold the secret, only a mark in its place: export with 'kc.sh export', or add it as "
                    + "'value: file:PATH' or 'value: env:NAME'.");
            return null;
        }

        return new SecretDigest { Digest = SHA256.HashData(Encoding.UTF8.GetBytes(secret)) };
    }

    private static (string Method, IReadOnlyList<JwkDefinition> Keys)? AuthenticationOf(
        SourceObject source, SourceObject attributes, SecretDigest? secret)
    {
        var type = source.Text("clientAuthenticatorType") ?? "client-secret";
        if (source.Flag("publicClient"))
            return (ClientAuthMethods.None, []);
        switch (type)
        {
            case "client-secret" when secret is not null:
                return (ClientAuthMethods.Basic, []);
            case "client-secret":
                LeftOut(source, "it needs a secret, and the export holds none. Add the client with a new secret.");
                return null;
            case "client-jwt" when KeysOf(source, attributes) is { Count: > 0 } keys:
                return (ClientAuthMethods.PrivateKeyJwt, keys);
            case "client-jwt":
                LeftOut(source, "the export does not hold the public keys of the client. Add it with its keys in jwks.");
                return null;
            default:
                LeftOut(source, $"it authenticates by {type}, which there is not here.");
                return null;
        }
    }

    private static IReadOnlyList<JwkDefinition> KeysOf(SourceObject source, SourceObject attributes)
    {
        var keys = new List<JwkDefinition>();
        if (attributes.Text("jwks.string") is { } set)
        {
            foreach (var key in KeysOf(set))
            {
                if (PublicKeys.OfJwk(key, out var isPrivate) is { } known)
                    keys.Add(known);
                if (isPrivate)
                    attributes.Report("jwks.string", "***", PublicKeys.PrivateAdvice);
            }
        }

        if (PublicKeys.OfCertificate(attributes.Text("jwt.credential.certificate")) is { } certified)
            keys.Add(certified);
        return PublicKeys.WithNames(source, "attributes.jwks.string", keys);
    }

    private static IReadOnlyList<string> KeysOf(string set)
    {
        try
        {
            using var document = JsonDocument.Parse(set);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
                ? [.. keys.EnumerateArray().Select(key => key.GetRawText())]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static List<string> GrantsOf(SourceObject source, SourceObject attributes, bool isPublic, bool hasRedirect)
    {
        var grants = new List<string>();
        if (source.Flag("standardFlowEnabled", missing: true))
        {
            if (hasRedirect)
                grants.Add(GrantTypes.AuthorizationCode);
            else
                source.Report(
                    "standardFlowEnabled", "true", "The client has no redirect URI that can be used, so that the flow was left out.");
        }

        if (source.Flag("implicitFlowEnabled"))
            source.Report(
                "implicitFlowEnabled", "true",
                "Tokens are not issued to a browser's address line: the client must use authorization_code with PKCE.");
        if (source.Flag("directAccessGrantsEnabled"))
            grants.Add(GrantTypes.Password);
        if (source.Flag("serviceAccountsEnabled") && !isPublic)
            grants.Add(GrantTypes.ClientCredentials);
        if (attributes.Flag("oauth2.device.authorization.grant.enabled"))
            grants.Add(GrantTypes.DeviceCode);
        if (attributes.Flag("use.refresh.tokens", missing: true)
            && grants.Exists(grant => grant is GrantTypes.AuthorizationCode or GrantTypes.Password or GrantTypes.DeviceCode))
            grants.Add(GrantTypes.RefreshToken);
        return grants;
    }

    // openid is in none of Keycloak's lists: every client may ask for it.
    private List<string> ScopesOf(SourceObject source, List<string> grants)
    {
        var known = source.Texts("defaultClientScopes").Concat(source.Texts("optionalClientScopes")).Distinct(StringComparer.Ordinal)
            .Where(scope => scope == StandardScopes.OfflineAccess
                ? grants.Contains(GrantTypes.RefreshToken)
                : scope != StandardScopes.OpenId && (StandardScopes.All.Contains(scope) || scopes.Contains(scope)));
        var hasUsers = grants.Exists(grant => grant != GrantTypes.ClientCredentials);
        return [.. hasUsers ? [StandardScopes.OpenId] : Array.Empty<string>(), .. known];
    }

    private string AlgorithmOf(SourceObject attributes, string key)
    {
        var wanted = attributes.Text(key) ?? realm.Text("defaultSignatureAlgorithm") ?? JwsAlgorithms.RS256;
        if (SignedResponseAlgorithms.All.Contains(wanted))
            return wanted;
        attributes.Report(key, wanted, $"There is no such signature here: it is {JwsAlgorithms.RS256} now.");
        return JwsAlgorithms.RS256;
    }

    private RefreshTokenDefinition RefreshTokenOf(SourceObject source, SourceObject attributes, bool isPublic, bool isUsed)
    {
        var most = TimeSpan.FromDays(3650);
        var absolute = Seconds(attributes, "client.session.max.lifespan", realm.Number("ssoSessionMaxLifespan") ?? 36000, most);
        var idle = Seconds(attributes, "client.session.idle.timeout", realm.Number("ssoSessionIdleTimeout") ?? 1800, most);
        var rotates = realm.Flag("revokeRefreshToken");
        if (!isUsed)
            return new RefreshTokenDefinition();
        if (isPublic && !rotates)
            source.Report(
                "revokeRefreshToken", "false", "Refresh tokens of a public client rotate: it must keep the newest one.");
        return new RefreshTokenDefinition
        {
            Rotation = rotates || isPublic,
            AbsoluteLifetime = absolute,
            IdleLifetime = idle < absolute ? idle : absolute,
        };
    }

    private static TimeSpan Seconds(SourceObject attributes, string key, long usual, TimeSpan most)
    {
        var given = attributes.Number(key) is > 0 and var own ? own : usual;
        var allowed = Math.Clamp(given, 1, (long)most.TotalSeconds);
        if (allowed != given)
            attributes.Report(
                key, $"{given}", $"It is {Duration.Format(TimeSpan.FromSeconds(allowed))} now: that is the nearest that is allowed.");
        return TimeSpan.FromSeconds(allowed);
    }

    private static void ReportRest(SourceObject source, SourceObject attributes)
    {
        source.Skip(
            "id", "surrogateAuthRequired", "alwaysDisplayInConsole", "notBefore", "nodeReRegistrationTimeout", "access", "fullScopeAllowed",
            "baseUrl", "adminUrl", "registeredNodes", "rootUrl");
        foreach (var mapper in source.Objects("protocolMappers"))
            source.Report(
                "protocolMappers", mapper.Text("name"),
                "Claims belong to scopes: define a scope with the claim, and give it to the client.");
        attributes.Skip(
            "client.secret.creation.time", "display.on.consent.screen", "realm_client", "jwt.credential.certificate", "use.jwks.string",
            "jwks.string", "token.endpoint.auth.signing.alg");
        attributes.ReportRest(NoCounterpart);
        source.ReportRest(NoCounterpart);
    }
}
