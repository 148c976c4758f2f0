using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui;

public class PageRoutesTests
{
    [Test]
    public async Task Every_page_has_the_route_that_the_framework_would_give_it()
    {
        await using var hub = await Hub.StartAsync(Parts.Apis);

        var pages = hub
            .Services.GetRequiredService<IActionDescriptorCollectionProvider>()
            .ActionDescriptors.Items.OfType<PageActionDescriptor>()
            .Select(page => "/" + page.AttributeRouteInfo!.Template);
        var routes = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.DisplayName?.EndsWith(".cshtml", StringComparison.Ordinal) == true)
            .Select(endpoint => endpoint.RoutePattern.RawText);

        Assert.That(routes, Is.EquivalentTo(pages));
        Assert.That(routes, Is.Not.Empty);
    }
}
