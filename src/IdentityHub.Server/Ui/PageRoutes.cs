using Microsoft.AspNetCore.Razor.Hosting;
using Microsoft.AspNetCore.Routing.Patterns;

namespace IdentityHub.Server.Ui;

/// <summary>
/// The routes of the compiled pages. The framework's own endpoints behind them take a large part of a start to make, so they are made when
/// the first page is asked for: a node that issues tokens only never makes them.
/// </summary>
internal sealed class PageRoutes
{
    private const string PageKind = "mvc.1.0.razor-page";
    private const string RouteMember = "RouteTemplate";

    private readonly IServiceProvider _services;
    private readonly Lazy<Dictionary<string, RouteEndpoint>> _made;

    private PageRoutes(IServiceProvider services)
    {
        _services = services;
        _made = new Lazy<Dictionary<string, RouteEndpoint>>(Make);
    }

    /// <summary>Maps every page of this program at the route that its <c>@page</c> names.</summary>
    /// <param name="app">What gets the routes.</param>
    /// <param name="isMapped">False for a route that is left out.</param>
    /// <param name="metadata">What every page's endpoint carries, e.g. values for the discovery document.</param>
    public static void Map(WebApplication app, Func<string, bool> isMapped, params object[] metadata)
    {
        var pages = new PageRoutes(app.Services);
        foreach (var item in new RazorCompiledItemLoader().LoadItems(typeof(PageRoutes).Assembly).Where(item => item.Kind == PageKind))
        {
            var route = item.Metadata.OfType<RazorCompiledItemMetadataAttribute>().Single(entry => entry.Key == RouteMember).Value;
            if (!isMapped(route))
                continue;
            app.Map(RoutePatternFactory.Parse(route), http => pages.AnswerAsync(http, route))
                .WithDisplayName(item.Identifier)
                .WithMetadata(metadata);
        }
    }

    private Task AnswerAsync(HttpContext http, string route)
    {
        var page = _made.Value[route];
        foreach (var (name, value) in page.RoutePattern.RequiredValues)
            http.Request.RouteValues[name] = value;
        http.SetEndpoint(page);
        return page.RequestDelegate!(http);
    }

    private Dictionary<string, RouteEndpoint> Make()
    {
        var routes = new Routes(_services);
        routes.MapRazorPages();
        return routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .ToDictionary(endpoint => "/" + endpoint.RoutePattern.RawText, StringComparer.Ordinal);
    }

    // Apart from the application's routes, which are complete by then.
    private sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
