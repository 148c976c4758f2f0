using System.Security.Cryptography;
using System.Text;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Cli.Import.Auth0;

/// <summary>Turns applications into clients.</summary>
/// <param name="scopesOf">Scopes that a client may ask for when it acts for itself, by its client_id.</param>
/// <param name="lifetimeOf">Seconds that access tokens of a client live, by its client_id; null where nothing is said.</param>
internal sealed class Auth0Clients(ILookup<string, string> scopesOf, Func<string, long?> lifetimeOf)
{
    private const string NoCounterpart = "There is no counterpart. It was left out.";
    private const string PasswordRealm = "http://auth0.com/oauth/grant-type/password-realm";
    private static readonly TimeSpan LongestToken = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestRefresh = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromMinutes(5);

    /// <returns>Null for a client that was left out; the report says why.</returns>
    public ClientDefinition? Convert(SourceObject source)
    {
        if (source.Flag("global"))
            return LeftOut(source, "it is the client of the tenant itself.");
        if (source.Text("client_id") is not { } id)
            return LeftOut(source, "the export has no client_id: export it from the Management API, or add the client by hand.");
        var callbacks = source.Texts("callbacks");
        if (AuthenticationOf(source) is not { } method)
            return null;
        var isPublic = method == ClientAuthMethods.None;
        var grants = GrantsOf(source, isPublic, callbacks.Count > 0);
        if (grants.Count == 0)
            return LeftOut(source, "it has no grant that there is here.");

        var hasUsers = grants.Exists(grant => grant is not (GrantTypes.ClientCredentials or GrantTypes.RefreshToken));
        if (grants.Contains(GrantTypes.RefreshToken) && !hasUsers)
            grants.Remove(GrantTypes.RefreshToken);
        if (hasUsers)
            source.Report(
                "scopes", null,
                "Any application may ask for any API on behalf of a user there; here a client has the scopes that it lists: add those "
                    + "that it asks for.");
        var client = new ClientDefinition
        {
            ClientId = id,
            ClientName = source.Text("name"),
            GrantTypes = grants,
            TokenEndpointAuthMethod = method,
            ClientSecrets = isPublic
                ? [] : [new SecretDigest { Digest = SHA256.HashData(Encoding.UTF8.GetBytes(source.Text("client_secret")!)) }],
            RedirectUris = callbacks,
            AllowCustomScheme = callbacks.Any(uri => Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
                && parsed.Scheme is not ("http" or "https") && !parsed.Scheme.Contains('.', StringComparison.Ordinal)),
            PostLogoutRedirectUris = source.Texts("allowed_logout_urls"),
            AllowedCorsOrigins =
            [
                .. source.Texts("web_origins").Concat(source.Texts("allowed_origins")).Select(origin => origin.TrimEnd('/'))
                    .Distinct(StringComparer.Ordinal)
            ],
            BackchannelLogoutUri = BackchannelOf(source),
            Scope =
            [
                .. hasUsers ? [StandardScopes.OpenId, "profile", "email"] : Array.Empty<string>(),
                .. grants.Contains(GrantTypes.RefreshToken) ? [StandardScopes.OfflineAccess] : Array.Empty<string>(),
                .. scopesOf[id].Distinct(StringComparer.Ordinal),
            ],
            RequirePushedAuthorizationRequests = source.Flag("require_pushed_authorization_requests"),
            IdTokenClaims = IdTokenClaims.Scopes,
            IdTokenLifetime = Seconds(source.Inner("jwt_configuration"), "lifetime_in_seconds", 36000, 60, LongestToken),
            IdTokenSignedResponseAlg = AlgorithmOf(source),
            AccessTokenSignedResponseAlg = JwsAlgorithms.RS256,
            AccessTokenFormat = AccessTokenFormat.Jwt,
            AccessTokenLifetime = TimeSpan.FromSeconds(Math.Clamp(lifetimeOf(id) ?? 86400, 1, (long)LongestToken.TotalSeconds)),
            RefreshToken = grants.Contains(GrantTypes.RefreshToken)
                ? RefreshTokenOf(source.Inner("refresh_token"), isPublic) : new RefreshTokenDefinition(),
        };
        ReportRest(source);
        return client;
    }

    private static ClientDefinition? LeftOut(SourceObject source, string why)
    {
        source.ReportLeftOut(why);
        return null;
    }

    private static string? AuthenticationOf(SourceObject source)
    {
        var method = source.Text("token_endpoint_auth_method")
            ?? (source.Text("app_type") is "spa" or "native" ? ClientAuthMethods.None : ClientAuthMethods.Post);
        if (method == ClientAuthMethods.None)
            return method;
        if (source.Find("client_authentication_methods") is not null || method is not (ClientAuthMethods.Basic or ClientAuthMethods.Post))
            LeftOut(source, "it authenticates with keys or certificates, which the export does not hold. Add it with jwks.");
        else if (source.Text("client_secret") is null)
            LeftOut(source, "the export does not hold its client_secret: export with the permission read:client_keys, or add it by hand.");
        else
            return method;
        return null;
    }

    private static List<string> GrantsOf(SourceObject source, bool isPublic, bool hasCallback)
    {
        var grants = new List<string>();
        foreach (var grant in source.Texts("grant_types"))
        {
            var known = grant switch
            {
                GrantTypes.AuthorizationCode when hasCallback => grant,
                GrantTypes.ClientCredentials when !isPublic => grant,
                GrantTypes.RefreshToken or GrantTypes.DeviceCode or GrantTypes.Password => grant,
                PasswordRealm => GrantTypes.Password,
                _ => null,
            };
            if (known is not null && !grants.Contains(known))
                grants.Add(known);
            if (known == grant)
                continue;
            source.Report("grant_types", grant, grant switch
            {
                PasswordRealm => "The grant password takes its place: there are no realms.",
                GrantTypes.AuthorizationCode => "The client has no callback, so that it cannot use the grant. It was left out.",
                GrantTypes.ClientCredentials => "Without a secret anybody could use it. It was left out.",
                "implicit" => "Tokens are not issued to a browser's address line: the client must use authorization_code with PKCE.",
                _ => "There is no such grant here. It was left out.",
            });
        }

        return grants;
    }

    private static string? BackchannelOf(SourceObject source)
    {
        var urls = source.Inner("oidc_logout").Texts("backchannel_logout_urls")
            .Concat(source.Inner("oidc_backchannel_logout").Texts("backchannel_logout_urls")).ToList();
        foreach (var more in urls.Skip(1))
            source.Report("oidc_logout.backchannel_logout_urls", more, "A client has one address. This one was left out.");
        return urls.FirstOrDefault();
    }

    private static string AlgorithmOf(SourceObject source)
    {
        var wanted = source.Inner("jwt_configuration").Text("alg") ?? JwsAlgorithms.RS256;
        if (SignedResponseAlgorithms.All.Contains(wanted))
            return wanted;
        source.Report("jwt_configuration.alg", wanted, $"There is no such signature here: it is {JwsAlgorithms.RS256} now.");
        return JwsAlgorithms.RS256;
    }

    private static RefreshTokenDefinition RefreshTokenOf(SourceObject source, bool isPublic)
    {
        var rotates = source.Text("rotation_type") == "rotating";
        if (!rotates && isPublic)
            source.Report("rotation_type", "non-rotating", "Refresh tokens of a public client rotate: it must keep the newest one.");
        var isEndless = source.Flag("infinite_token_lifetime") || source.Text("expiration_type") == "non-expiring";
        if (isEndless)
            source.Report("infinite_token_lifetime", "true", "Refresh tokens have an end: it is 3650d now.");
        var absolute = isEndless ? LongestRefresh : Seconds(source, "token_lifetime", 2592000, 1, LongestRefresh);
        var idle = source.Flag("infinite_idle_token_lifetime")
            ? absolute : Seconds(source, "idle_token_lifetime", 1296000, 1, LongestRefresh);
        return new RefreshTokenDefinition
        {
            Rotation = rotates || isPublic,
            Grace = Seconds(source, "leeway", 0, 0, LongestGrace),
            AbsoluteLifetime = absolute,
            IdleLifetime = idle < absolute ? idle : absolute,
        };
    }

    private static TimeSpan Seconds(SourceObject source, string key, long usual, long least, TimeSpan most)
    {
        var given = source.Number(key) ?? usual;
        var allowed = Math.Clamp(given, least, (long)most.TotalSeconds);
        if (allowed != given)
            source.Report(
                key, $"{given}", $"It is {Duration.Format(TimeSpan.FromSeconds(allowed))} now: that is the nearest that is allowed.");
        return TimeSpan.FromSeconds(allowed);
    }

    private static void ReportRest(SourceObject source)
    {
        source.Skip(
            "tenant", "client_secret", "client_id", "app_type", "is_first_party", "oidc_conformant", "sso", "sso_disabled",
            "cross_origin_authentication", "cross_origin_auth", "is_token_endpoint_ip_header_trusted", "custom_login_page_on", "global",
            "signing_keys", "refresh_token", "jwt_configuration", "token_endpoint_auth_method", "oidc_logout", "oidc_backchannel_logout",
            "callback_url_template");
        source.ReportRest(NoCounterpart);
    }
}
