using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// <c>/docs</c>: pages for reading, the endpoints as OpenAPI documents that are made from them, and below <c>/docs/try</c> a page on which
/// calls can be tried out on development and staging installations; in production that one is for reading too.
/// contracts/service-user-and-client-accounts.md.
/// </summary>
internal static class DocsFeature
{
    /// <summary>The key of the services that make the document of applications.</summary>
    public const string DocumentName = "hub";

    /// <summary>The key of those that make the document of administrators.</summary>
    public const string AdministrationDocumentName = "admin";

    /// <summary>The folder of the page on which calls are tried out.</summary>
    public const string TryOut = WellKnown.Docs + "/try";

    private static readonly string[] Methods = ["GET", "HEAD"];

    // Swagger UI draws its arrows from data: addresses, and its own logo with an inline style, which it can do without. No call leaves this
    // origin.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action "
            + "'none'; frame-ancestors 'none'";

    // Swagger UI breaks rules of WCAG 2.2: contrast, names of fields, levels of headings, landmarks.
    private static readonly Asset Style = Asset.Embedded($"{TryOut}/hub.css", "text/css", "docs.css");
    private static readonly Asset Script = Asset.Embedded($"{TryOut}/hub.js", "text/javascript", "docs.js");

    // Without it a telephone shows the page as wide as a desk.
    private const string Viewport = "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";

    public static void AddDocs(this IServiceCollection services)
    {
        services.AddSingleton<OpenApiEndpoint>();
        services.AddSingleton<DocsPages>();
        services.AddDocument(DocumentName, DescribedAudience.Public);
        services.AddDocument(AdministrationDocumentName, DescribedAudience.Administration);
        services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, DescribedEndpoints>());
    }

    private static void AddDocument(this IServiceCollection services, string name, DescribedAudience audience)
    {
        services.AddOpenApi(name);
        services.AddOptions<OpenApiOptions>(name).Configure<ClientRegistry, IOptions<HubSettings>, CallLimits>(
            (openApi, registry, settings, limits) =>
            {
                openApi.ShouldInclude = api => DescribedEndpoints.Find(api) is { } endpoint
                    && endpoint.Audience == audience
                    && DescribedEndpoints.IsOn(endpoint, registry.Current.Document.Dialects);
                openApi.AddOperationTransformer(new EndpointOperation(settings.Value, limits));
                openApi.AddDocumentTransformer(new HubDocument(settings.Value, audience));
            });
    }

    public static void MapDocs(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<IOptions<HubSettings>>().Value;
        OpenApiEndpoint.Map(app, WellKnown.Docs);
        DocsPages.Map(app);
        app.MapMethods(Style.Path, Methods, Style.WriteAsync);
        app.MapMethods(Script.Path, Methods, Script.WriteAsync);
        app.UseWhen(static http => http.Request.Path.StartsWithSegments(TryOut, StringComparison.Ordinal), page =>
        {
            page.Use(static (http, next) =>
            {
                SetHeaders(http.Response.Headers);
                return next(http);
            });
            page.UseSwaggerUI(ui => Configure(ui, settings));
        });
    }

    private static void Configure(SwaggerUIOptions ui, HubSettings settings)
    {
        ui.RoutePrefix = TryOut.TrimStart('/');
        ui.DocumentTitle = "IdentityHub: the endpoints";
        ui.SwaggerEndpoint($"../{OpenApiEndpoint.FileName}", "IdentityHub");
        ui.SwaggerEndpoint($"../admin/{OpenApiEndpoint.FileName}", "IdentityHub: administration");
        ui.HeadContent = Viewport;
        ui.InjectStylesheet(RelativeTo(Style));
        ui.InjectJavascript(RelativeTo(Script));
        ui.EnableValidator(null);
        ui.DefaultModelsExpandDepth(-1);
        ui.DisplayOperationId();
        if (settings.IsProduction)
            ui.SupportedSubmitMethods();
    }

    // The page lies in the folder of its files, below whatever path the issuer has.
    private static string RelativeTo(Asset asset) => asset.Address[(TryOut.Length + 1)..];

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
