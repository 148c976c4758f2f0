using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary>Turns clients of IdentityServer into clients of the configuration files.</summary>
/// <param name="scopes">Scopes that there are, the built-in ones left out.</param>
internal sealed class ClientConversion(IReadOnlySet<string> scopes, DateTimeOffset now)
{
    private const string NoCounterpart = "There is no counterpart. It was left out.";
    private const string Hybrid = "hybrid";

    /// <returns>Null for a client that was left out; the report says why.</returns>
    public ClientDefinition? Convert(SourceObject source)
    {
        if (source.Text("ClientId") is not { } id)
        {
            source.ReportLeftOut("it has no ClientId.");
            return null;
        }

        if (source.Text("ProtocolType") is { } protocol and not "oidc")
        {
            source.ReportLeftOut($"its protocol is {protocol}; only OpenID Connect and OAuth are spoken here.");
            return null;
        }

        var secrets = SecretConversion.Convert(source, "ClientSecrets", now);
        var grants = GrantsOf(source);
        if (AuthenticationOf(source, secrets, grants) is not { } authentication)
            return null;
        var (method, digests, keys) = authentication;
        if (grants.Count == 0)
        {
            source.ReportLeftOut("it has no grant that there is here.");
            return null;
        }

        if (source.Flag("AllowOfflineAccess"))
            AddRefreshToken(source, grants);
        var isPublic = method == ClientAuthMethods.None;
        var redirects = source.Texts("RedirectUris");
        var client = new ClientDefinition
        {
            ClientId = id,
            ClientName = source.Text("ClientName"),
            Enabled = source.Flag("Enabled", missing: true),
            GrantTypes = grants,
            TokenEndpointAuthMethod = method,
            ClientSecrets = digests,
            Jwks = keys.Count > 0 ? new JwksDefinition { Keys = keys } : null,
            RedirectUris = redirects,
            AllowCustomScheme = redirects.Any(HasSchemeWithoutDot),
            PostLogoutRedirectUris = source.Texts("PostLogoutRedirectUris"),
            BackchannelLogoutUri = source.Text("BackChannelLogoutUri"),
            BackchannelLogoutSessionRequired = source.Flag("BackChannelLogoutSessionRequired", missing: true)
                && source.Text("BackChannelLogoutUri") is not null,
            FrontchannelLogoutUri = source.Text("FrontChannelLogoutUri"),
            FrontchannelLogoutSessionRequired = source.Flag("FrontChannelLogoutSessionRequired", missing: true)
                && source.Text("FrontChannelLogoutUri") is not null,
            AllowedCorsOrigins = [.. source.Texts("AllowedCorsOrigins").Select(origin => origin.TrimEnd('/'))],
            Scope = ScopesOf(source, grants),
            RequireConsent = source.Flag("RequireConsent"),
            RequirePushedAuthorizationRequests = source.Flag("RequirePushedAuthorization"),
            RequirePkce = PkceOf(source, isPublic, grants.Contains(GrantTypes.AuthorizationCode)),
            RevokeOfflineAccessAtLogout = source.Flag("CoordinateLifetimeWithUserSession") && grants.Contains(GrantTypes.RefreshToken),
            IdTokenClaims = source.Flag("AlwaysIncludeUserClaimsInIdToken") ? IdTokenClaims.Scopes : IdTokenClaims.Requested,
            IdTokenSignedResponseAlg = AlgorithmOf(source),
            AccessTokenSignedResponseAlg = Algorithms.Usual,
            AccessTokenFormat = source.Text("AccessTokenType")?.ToLowerInvariant() is "1" or "reference"
                ? AccessTokenFormat.Reference : AccessTokenFormat.Jwt,
            AccessTokenLifetime = Lifetimes.Of(source, "AccessTokenLifetime", 3600, Lifetimes.Second, Lifetimes.Day),
            IdTokenLifetime = Lifetimes.Of(source, "IdentityTokenLifetime", 300, Lifetimes.Minute, Lifetimes.Day),
            AuthorizationCodeLifetime = Lifetimes.Of(source, "AuthorizationCodeLifetime", 300, Lifetimes.Second, Lifetimes.Minute),
            RefreshToken = Lifetimes.RefreshTokenOf(source, grants.Contains(GrantTypes.RefreshToken), isPublic),
        };
        ReportRest(source);
        return client;
    }

    private static List<string> GrantsOf(SourceObject source)
    {
        var grants = new List<string>();
        foreach (var grant in source.Texts("AllowedGrantTypes"))
        {
            var known = grant switch
            {
                GrantTypes.ClientCredentials or GrantTypes.Password or GrantTypes.DeviceCode => grant,
                GrantTypes.AuthorizationCode or Hybrid when source.Texts("RedirectUris").Count > 0 => GrantTypes.AuthorizationCode,
                _ => null,
            };
            if (known is not null && !grants.Contains(known))
                grants.Add(known);
            if (known == grant)
                continue;
            source.Report("AllowedGrantTypes", grant, grant switch
            {
                Hybrid when known is not null => "The code grant takes its place: the client must ask for response_type code.",
                GrantTypes.AuthorizationCode or Hybrid => "Without a redirect URI the client cannot use it. It was left out.",
                "implicit" => "Tokens are not issued to a browser's address line: the client must use authorization_code with PKCE.",
                _ => "There is no such grant, or it needs more than the source says. It was left out.",
            });
        }

        return grants;
    }

    // How the client proves who it is; null where it cannot, and was left out.
    private static (string Method, IReadOnlyList<SecretDigest> Digests, IReadOnlyList<JwkDefinition> Keys)? AuthenticationOf(
        SourceObject source, ConvertedSecrets secrets, List<string> grants)
    {
        var isConfidential = source.Flag("RequireClientSecret", missing: true);
        var isMachine = grants.Contains(GrantTypes.ClientCredentials);
        if (!isConfidential && isMachine && secrets.Digests.Count + secrets.Keys.Count > 0)
        {
            source.Report("RequireClientSecret", "false", "client_credentials needs a secret: the client must send it in every request.");
            isConfidential = true;
        }

        if (!isConfidential)
        {
            if (isMachine)
            {
                source.Report("AllowedGrantTypes", GrantTypes.ClientCredentials, "Without a secret anybody could use it. It was left out.");
                grants.Remove(GrantTypes.ClientCredentials);
            }

            if (secrets.Digests.Count + secrets.Keys.Count > 0)
                source.Report("ClientSecrets", null, "RequireClientSecret is false: they were never checked, and were left out.");
            return (ClientAuthMethods.None, [], []);
        }

        if (secrets.Digests.Count > 0)
        {
            if (secrets.Keys.Count > 0)
                source.Report(
                    "ClientSecrets", null,
                    "A client has one way to authenticate. The secrets were kept and the keys left out; for the keys set "
                        + "token_endpoint_auth_method: private_key_jwt.");
            return (ClientAuthMethods.Basic, secrets.Digests, []);
        }

        if (secrets.Keys.Count > 0)
            return (ClientAuthMethods.PrivateKeyJwt, [], secrets.Keys);
        source.ReportLeftOut("it needs a secret, and has none that can be brought along. Add the client with a new secret.");
        return null;
    }

    private static void AddRefreshToken(SourceObject source, List<string> grants)
    {
        if (grants.Exists(grant => grant is GrantTypes.AuthorizationCode or GrantTypes.Password or GrantTypes.DeviceCode))
            grants.Add(GrantTypes.RefreshToken);
        else
            source.Report("AllowOfflineAccess", "true", "None of the client's grants issues refresh tokens. It was left out.");
    }

    private List<string> ScopesOf(SourceObject source, List<string> grants)
    {
        var wanted = source.Texts("AllowedScopes").ToList();
        var asksRefresh = grants.Contains(GrantTypes.RefreshToken);
        if (asksRefresh && !wanted.Contains(StandardScopes.OfflineAccess))
            wanted.Add(StandardScopes.OfflineAccess);
        var allowed = wanted
            .Where(scope => scope == StandardScopes.OfflineAccess
                ? asksRefresh
                : scopes.Contains(scope) || StandardScopes.All.Contains(scope))
            .ToList();
        if (wanted.Except(allowed).ToList() is { Count: > 0 } refused)
            source.Report(
                "AllowedScopes", string.Join(' ', refused), "There is no such scope, it was left out, or the client may not have it.");
        return allowed;
    }

    private static bool? PkceOf(SourceObject source, bool isPublic, bool hasCodes)
    {
        if (source.Flag("AllowPlainTextPkce"))
            source.Report("AllowPlainTextPkce", "true", "Only the method S256 is accepted: the client must use it.");
        var isRequired = source.Flag("RequirePkce", missing: true);
        if (!hasCodes)
            return null;
        if (!isPublic)
            return isRequired;
        if (!isRequired)
            source.Report("RequirePkce", "false", "PKCE is required of public clients: the client must use it.");
        return null;
    }

    private static string AlgorithmOf(SourceObject source)
    {
        var wanted = Algorithms.Of(source, "AllowedIdentityTokenSigningAlgorithms");
        var known = wanted.FirstOrDefault(SignedResponseAlgorithms.All.Contains);
        if (wanted.Count > 0 && known != wanted[0])
            source.Report(
                "AllowedIdentityTokenSigningAlgorithms", string.Join(' ', wanted),
                $"id_tokens are signed with {known ?? Algorithms.Usual}.");
        return known ?? Algorithms.Usual;
    }

    private static bool HasSchemeWithoutDot(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
        && parsed.Scheme is not ("http" or "https")
        && !parsed.Scheme.Contains('.', StringComparison.Ordinal);

    private static void ReportRest(SourceObject source)
    {
        source.Skip(
            "Id", "Created", "Updated", "LastAccessed", "NonEditable", "AllowAccessTokensViaBrowser", "UpdateAccessTokenClaimsOnRefresh",
            "IncludeJwtId", "DPoPValidationMode", "DPoPClockSkew", "AlwaysSendClientClaims", "ClientClaimsPrefix");
        source.ReportUnless("AllowRememberConsent", usual: true, "Users are asked once and may withdraw it on their page.");
        source.ReportUnless("EnableLocalLogin", usual: true, "Every client may send users to the login page of the server.");
        source.ReportUnless("DeviceCodeLifetime", "300", NoCounterpart);
        source.ReportUnless("RequireDPoP", usual: false, NoCounterpart);
        source.ReportUnless("RequireRequestObject", usual: false, NoCounterpart);
        foreach (var claim in source.Objects("Claims"))
            source.Report("Claims", $"{claim.Text("Type")}={claim.Text("Value")}", "Fixed claims of a client were left out.");
        source.ReportRest(NoCounterpart);
    }
}
