using System.Text;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Shared;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// <c>/docs</c>, a page for each set of endpoints (<c>/docs/calls/…</c>), and one to get started with each (<c>/docs/start/…</c>). Made of
/// the endpoints and of the configuration in force: an older API that is off has no page.
/// </summary>
internal sealed class DocsPages(
    EndpointDataSource endpoints, ClientRegistry registry, CallLimits limits, IOptions<HubSettings> settings)
{
    /// <summary>Where the pages of the calls lie.</summary>
    public const string Calls = WellKnown.Docs + "/calls";

    /// <summary>Where the pages to get started lie.</summary>
    public const string Starts = WellKnown.Docs + "/start";

    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<DocsPages>();
        routes.MapMethods(WellKnown.Docs, Methods, http => WriteAsync(http, pages.Index(http)));
        routes.MapMethods($"{Calls}/{{name}}", Methods, http => WriteAsync(http, pages.CallsOf(http)));
        routes.MapMethods($"{Starts}/{{name}}", Methods, http => WriteAsync(http, pages.StartOf(http)));
    }

    private string Index(HttpContext http)
    {
        var shown = Shown();
        return IndexPage.Render(http, shown, [.. Guide.All.Where(guide => IsOn(guide, shown.Dialects))], settings.Value);
    }

    private string? CallsOf(HttpContext http)
    {
        var shown = Shown();
        return shown.Find(http.Request.RouteValues["name"]!.ToString()!) is { } set
            ? CallsPage.Render(http, set, GuideOf(set, shown), shown)
            : null;
    }

    // A guide of an API that is off has no page to link to.
    private static Guide? GuideOf(CallSet set, ShownCalls shown) => Guide.All.FirstOrDefault(guide =>
        guide.Sets.Contains(set.Name, StringComparer.Ordinal) && IsOn(guide, shown.Dialects));

    private string? StartOf(HttpContext http)
    {
        var shown = Shown();
        return Guide.All.FirstOrDefault(guide => guide.Name == http.Request.RouteValues["name"]!.ToString()) is { } guide
            && IsOn(guide, shown.Dialects)
            ? GuidePage.Render(http, guide, shown)
            : null;
    }

    private ShownCalls Shown()
    {
        var dialects = registry.Current.Document.Dialects;
        return new ShownCalls(
            [
                .. DescribedEndpoints.ListOf(endpoints, DescribedAudience.Public, dialects)
                    .Concat(DescribedEndpoints.ListOf(endpoints, DescribedAudience.Administration, dialects))
                    .Select(call => (Endpoint: DemoValues.Shown(call.Endpoint, settings.Value), call.Route))
                    .GroupBy(call => call.Endpoint.Tag)
                    .Select(set => new CallSet(set.Key, [.. set])),
            ],
            dialects, limits, new DocumentServers(settings.Value));
    }

    private static bool IsOn(Guide guide, DialectsDefinition dialects) =>
        guide.Dialect is null || dialects.Find(guide.Dialect) is { Enabled: true };

    private static Task WriteAsync(HttpContext http, string? page)
    {
        if (page is null)
        {
            // As where no endpoint is: a browser gets the page of the site for that.
            http.SetEndpoint(null);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            http.Response.Headers.CacheControl = "no-cache";
            return Task.CompletedTask;
        }

        PlainPage.SetHeaders(http.Response, "text/html; charset=utf-8");
        http.Response.Headers.CacheControl = "no-cache";
        var content = Encoding.UTF8.GetBytes(page);
        http.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.BodyWriter.WriteAsync(content, http.RequestAborted).AsTask();
    }
}
