using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.Discovery;

/// <summary>
/// <c>GET /.well-known/openid-configuration</c> and <c>/.well-known/oauth-authorization-server</c>. OpenID Connect Discovery §3,
/// RFC 8414 §2. Every list is derived from what is registered: endpoints from their metadata, grants from the grants.
/// </summary>
internal sealed class DiscoveryEndpoint(EndpointDataSource endpoints, IEnumerable<IGrant> grants, ClientRegistry registry, IOptions<HubSettings> settings)
{
    private const string CacheControl = "public, max-age=300";
    private static readonly string[] Methods = ["GET", "HEAD"];
    private static readonly DoorDescription Description = new("GET", "discovery", OAuthDescriptions.Tag, "Everything a client library wants to know")
    {
        Text = "OpenID Connect Discovery §4; RFC 8414 names the same document `/.well-known/oauth-authorization-server`.",
        Answers = [new(200, "The document.")],
    };

    private volatile CachedDocument? _document;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var all = routes.ServiceProvider.GetRequiredService<EndpointDataSource>();
        var endpoint = ActivatorUtilities.CreateInstance<DiscoveryEndpoint>(routes.ServiceProvider, all);
        routes.MapDoor(WellKnown.OpenIdConfiguration, Methods, endpoint.HandleAsync, OAuthResults.WriteErrorAsync).Describe(Description);
        routes.MapDoor(WellKnown.OAuthAuthorizationServer, Methods, endpoint.HandleAsync, OAuthResults.WriteErrorAsync);
    }

    private async Task<OAuthError?> HandleAsync(HttpContext http, Call call)
    {
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
        var advertised = endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<Advertised>()).OfType<Advertised>()
            .OrderBy(endpoint => endpoint.Member, StringComparer.Ordinal).ToList();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("issuer", issuer);
            foreach (var endpoint in advertised)
                json.WriteString(endpoint.Member, issuer + endpoint.Path);
            foreach (var endpoint in advertised.Where(endpoint => endpoint.AuthMethodsMember is not null))
            {
                Write(json, endpoint.AuthMethodsMember!, ClientAuthMethods.All.Where(method => endpoint.ForPublicClients || method != ClientAuthMethods.None));
                Write(json, endpoint.AuthMethodsMember!.Replace("_methods_", "_signing_alg_values_", StringComparison.Ordinal), ClientAssertionCheck.Algorithms);
            }

            Write(json, "grant_types_supported", grants.Select(grant => grant.GrantType));
            Write(json, "response_types_supported", []);
            Write(json, "scopes_supported", SupportedScopes(snapshot));
            Write(json, "claims_supported", SupportedClaims(snapshot));
            Write(json, "subject_types_supported", ["public"]);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static IEnumerable<string> SupportedScopes(RegistrySnapshot snapshot) =>
        RegistrySnapshot.IdentityScopes.Where(scope => scope is "openid" or "offline_access" || UserClaims.OfScope(scope).Count > 0)
            .Concat(snapshot.Document.Scopes.Select(scope => scope.Name)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> SupportedClaims(RegistrySnapshot snapshot) =>
        RegistrySnapshot.IdentityScopes.SelectMany(UserClaims.OfScope).Concat(snapshot.Document.Scopes.SelectMany(scope => scope.Claims))
            .Append("sub").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static void Write(Utf8JsonWriter json, string member, IEnumerable<string> values)
    {
        json.WriteStartArray(member);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
