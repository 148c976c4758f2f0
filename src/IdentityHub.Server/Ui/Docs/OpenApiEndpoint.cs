using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// <c>GET /docs/openapi.json</c>: OpenAPI 3.1, made once a generation of the configuration. Pages of other origins may not read it.
/// </summary>
internal sealed class OpenApiEndpoint(
    [FromKeyedServices(DocsFeature.DocumentName)] IOpenApiDocumentProvider provider, ClientRegistry registry)
{
    public const string FileName = "openapi.json";
    private const string CacheControl = "public, max-age=60";
    private static readonly string[] Methods = ["GET", "HEAD"];
    private volatile CachedDocument? _document;

    public static void Map(IEndpointRouteBuilder routes, string path) =>
        routes.MapMethods(path, Methods, routes.ServiceProvider.GetRequiredService<OpenApiEndpoint>().HandleAsync);

    private async Task HandleAsync(HttpContext http)
    {
        var snapshot = registry.Current;
        if (_document is not { } document || document.MadeOf != snapshot)
            _document = document = await MakeAsync(snapshot, http.RequestAborted);
        await document.WriteAsync(http, CacheControl, forEveryOrigin: false);
    }

    private async Task<CachedDocument> MakeAsync(RegistrySnapshot snapshot, CancellationToken cancellationToken)
    {
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        using var text = new MemoryStream();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return new CachedDocument(snapshot, text.ToArray());
    }
}
