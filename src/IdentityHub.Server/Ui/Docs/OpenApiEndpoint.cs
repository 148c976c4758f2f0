using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// <c>GET /docs/openapi.json</c> and <c>/docs/admin/openapi.json</c>: OpenAPI 3.1, made once a generation of the configuration. Pages of
/// other origins may not read it.
/// </summary>
internal sealed class OpenApiEndpoint(
    [FromKeyedServices(DocsFeature.DocumentName)] IOpenApiDocumentProvider applications,
    [FromKeyedServices(DocsFeature.AdministrationDocumentName)] IOpenApiDocumentProvider administration, ClientRegistry registry)
{
    public const string FileName = "openapi.json";
    private const string CacheControl = "public, max-age=60";
    private static readonly string[] Methods = ["GET", "HEAD"];
    private volatile CachedDocument? _applications;
    private volatile CachedDocument? _administration;

    /// <param name="folder">Path of the documentation, without a slash at its end.</param>
    public static void Map(IEndpointRouteBuilder routes, string folder)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<OpenApiEndpoint>();
        routes.MapMethods($"{folder}/{FileName}", Methods, endpoint.WriteApplicationsAsync);
        routes.MapMethods($"{folder}/admin/{FileName}", Methods, endpoint.WriteAdministrationAsync);
    }

    private async Task WriteApplicationsAsync(HttpContext http)
    {
        var document = await MakeAsync(_applications, applications, http.RequestAborted);
        _applications = document;
        await document.WriteAsync(http, CacheControl, forEveryOrigin: false);
    }

    private async Task WriteAdministrationAsync(HttpContext http)
    {
        var document = await MakeAsync(_administration, administration, http.RequestAborted);
        _administration = document;
        await document.WriteAsync(http, CacheControl, forEveryOrigin: false);
    }

    private async Task<CachedDocument> MakeAsync(
        CachedDocument? known, IOpenApiDocumentProvider provider, CancellationToken cancellationToken)
    {
        var snapshot = registry.Current;
        if (known is not null && known.MadeOf == snapshot)
            return known;
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        using var text = new MemoryStream();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return new CachedDocument(snapshot, text.ToArray());
    }
}
