using System.Text.Json.Nodes;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tokens;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.Discovery;

/// <summary>
/// <c>GET /.well-known/openid-configuration</c> and <c>/.well-known/oauth-authorization-server</c>. OpenID Connect Discovery §3,
/// RFC 8414 §2. Every list is derived from what is registered: endpoints from their metadata, grants from the grants; a feature adds what
/// is its own where it maps its endpoint (<see cref="Advertising"/>).
/// </summary>
internal sealed class DiscoveryEndpoint(
    EndpointDataSource endpoints, IEnumerable<IGrant> grants, ClientRegistry registry, IOptions<HubSettings> settings)
{
    private const string CacheControl = "public, max-age=300";
    private static readonly string[] Methods = ["GET", "HEAD", "OPTIONS"];
    private static readonly EndpointDescription Description = new(
        "GET", "discovery", OAuthDescriptions.Tag, "Everything a client library wants to know")
    {
        Text = "OpenID Connect Discovery §4; RFC 8414 names the same document `/.well-known/oauth-authorization-server`.",
        Limit = EndpointLimits.Nothing,
        Answers = [new(200, "The document."), .. OAuthDescriptions.Errors(405)],
    };

    private volatile CachedDocument? _document;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<DiscoveryEndpoint>();
        routes
            .MapHubEndpoint(WellKnown.OpenIdConfiguration, Methods, endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .Describe(Description);
        routes.MapHubEndpoint(WellKnown.OAuthAuthorizationServer, Methods, endpoint.HandleAsync, OAuthResults.WriteErrorAsync);

        // Of an issuer with a path RFC 8414 §3.1 puts the well-known part between host and path. Clients of OpenID Connect look for their
        // document there as well (RFC 8414 §5).
        if (routes.ServiceProvider.GetRequiredService<IOptions<HubSettings>>().Value.PublicPath is not { Length: > 0 } path)
            return;
        routes.MapHubEndpoint(WellKnown.OAuthAuthorizationServer + path, Methods, endpoint.HandleAsync, OAuthResults.WriteErrorAsync);
        routes.MapHubEndpoint(WellKnown.OpenIdConfiguration + path, Methods, endpoint.HandleAsync, OAuthResults.WriteErrorAsync);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        if (CrossOrigin.TryAnswerPreflight(http))
            return null;
        var snapshot = registry.Current;
        var document = _document;
        if (document?.MadeOf != snapshot)
            _document = document = new CachedDocument(snapshot, Write(snapshot));
        await document.WriteAsync(http, CacheControl);
        return null;
    }

    private byte[] Write(RegistrySnapshot snapshot)
    {
        var issuer = settings.Value.Issuer;
        var document = new JsonObject { ["issuer"] = issuer };
        var advertised = Contributions<Advertised>().OrderBy(endpoint => endpoint.Member, StringComparer.Ordinal).ToList();
        foreach (var endpoint in advertised)
            document[endpoint.Member] = issuer + endpoint.Path;
        foreach (var endpoint in advertised.Where(endpoint => endpoint.AuthMethodsMember is not null))
        {
            Add(
                document, endpoint.AuthMethodsMember!,
                ClientAuthMethods.All.Where(method => endpoint.ForPublicClients || method != ClientAuthMethods.None));
            Add(
                document, endpoint.AuthMethodsMember!.Replace("_methods_", "_signing_alg_values_", StringComparison.Ordinal),
                ClientAssertionCheck.Algorithms);
        }

        AddAuthorization(document);
        Add(document, "grant_types_supported", grants.Select(grant => grant.GrantType));
        Add(document, "scopes_supported", SupportedScopes(snapshot));
        Add(document, "claims_supported", SupportedClaims(snapshot));
        Add(document, "claim_types_supported", ["normal"]);
        Add(document, "subject_types_supported", ["public"]);
        foreach (var support in Contributions<AdvertisedSupport>())
            document[support.Member] = true;
        foreach (var values in Contributions<AdvertisedValues>())
            Add(document, values.Member, values.Values);
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    // What an authorization request may ask for, and what its answer holds.
    private static void AddAuthorization(JsonObject document)
    {
        Add(document, "response_types_supported", ResponseTypes.All);
        Add(document, "response_modes_supported", ResponseModes.All);
        Add(document, "code_challenge_methods_supported", [Pkce.Method]);
        Add(document, "acr_values_supported", AuthenticationContext.Values);
        Add(document, "id_token_signing_alg_values_supported", SignedResponseAlgorithms.All);
        Add(document, "request_object_signing_alg_values_supported", ClientAssertionCheck.Algorithms);

        // Self-registration needs its page; the code that maps the page adds the value.
        Add(document, "prompt_values_supported", PromptSet.Values.Where(value => value != PromptSet.CreateAccount));
        document["claims_parameter_supported"] = true;
        document["request_parameter_supported"] = true;
        document["authorization_response_iss_parameter_supported"] = true;

        // Left out it would be true. Nothing is fetched; what was pushed here is read whatever this says. OpenID Connect Discovery §3, RFC
        // 9126 §5.
        document["request_uri_parameter_supported"] = false;

        // Of all clients, that is; a single one may be registered to need it.
        document["require_pushed_authorization_requests"] = false;
    }

    private static IEnumerable<string> SupportedScopes(RegistrySnapshot snapshot) =>
        RegistrySnapshot.IdentityScopes.Concat(snapshot.Document.Scopes.Select(scope => scope.Name)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> SupportedClaims(RegistrySnapshot snapshot) =>
        snapshot.Claims.Supported.Concat(IdTokenIssuer.LoginClaims).Append("sub").Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private IEnumerable<T> Contributions<T>()
        where T : class => endpoints.Endpoints.SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<T>());

    // Adds to what others have put there, each value once.
    private static void Add(JsonObject document, string member, IEnumerable<string> values)
    {
        var known = document[member] is JsonArray list ? list.Select(value => value!.GetValue<string>()) : [];
        document[member] = new JsonArray([
            .. known.Concat(values).Distinct(StringComparer.Ordinal).Select(value => JsonValue.Create(value))
        ]);
    }
}
