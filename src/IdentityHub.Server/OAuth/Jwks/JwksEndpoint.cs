using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.OAuth.Jwks;

/// <summary>
/// <c>GET /.well-known/openid-configuration/jwks</c>. RFC 7517 §5: every announced, signing, retired and imported key, public halves only.
/// </summary>
internal sealed class JwksEndpoint(KeyRing keys)
{
    public const string Path = "/.well-known/openid-configuration/jwks";

    // Shorter than the shortest announcement (SigningKeyLifeCycle.Propagation): no cache between here and a verifier keeps it from a key
    // that signs, or lets it trust one that was retired because it leaked. The ETag makes it cheap to ask again.
    private const string CacheControl = "public, max-age=60";

    private static readonly EndpointDescription Description = new(
        "GET", "keys", OAuthDescriptions.Tag, "The keys that tokens are checked with")
    {
        Text = "RFC 7517 §5. A key is published before it signs and after it has signed.",
        Limit = EndpointLimits.Nothing,
        Answers = [new(200, "The key set."), .. OAuthDescriptions.Errors(405)],
    };

    private volatile CachedDocument? _document;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<JwksEndpoint>();
        routes
            .MapHubEndpoint(Path, ["GET", "HEAD", "OPTIONS"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .Describe(Description)
            .Advertise("jwks_uri", Path, authenticatesClients: false);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        if (CrossOrigin.TryAnswerPreflight(http))
            return null;
        var published = keys.Published;
        var document = _document;
        if (document?.MadeOf != published)
            _document = document = new CachedDocument(published, Write(published));
        await document.WriteAsync(http, CacheControl);
        return null;
    }

    private static byte[] Write(IReadOnlyList<JsonWebKey> published)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in published)
                key.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
