using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Http.Descriptions;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>
/// Tells the framework's OpenAPI generator of the endpoints: it knows controllers and typed handlers only, and endpoints are neither.
/// </summary>
internal sealed class DescribedEndpoints(EndpointDataSource endpoints) : IApiDescriptionProvider
{
    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            foreach (var description in endpoint.Metadata.GetOrderedMetadata<EndpointDescription>())
            {
                context.Results.Add(new ApiDescription
                {
                    HttpMethod = description.Method,
                    RelativePath = endpoint.RoutePattern.RawText!.TrimStart('/'),
                    ActionDescriptor = new ActionDescriptor
                    {
                        DisplayName = description.Id,
                        EndpointMetadata = [description, new TagsAttribute(description.Tag)],
                    },
                });
            }
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    /// <summary>What an audience can call at the moment, in the order of the mappings; an older API that is off is left out.</summary>
    public static IEnumerable<(EndpointDescription Endpoint, string Route)> ListOf(
        EndpointDataSource endpoints, DescribedAudience audience, DialectsDefinition dialects) =>
        from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
        from description in endpoint.Metadata.GetOrderedMetadata<EndpointDescription>()
        where description.Audience == audience && IsOn(description, dialects)
        select (description, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'));

    /// <summary>False while the older API of the endpoint is off.</summary>
    public static bool IsOn(EndpointDescription endpoint, DialectsDefinition dialects) =>
        endpoint.Dialect is null || dialects.Find(endpoint.Dialect) is { Enabled: true };

    /// <summary>What stands next to the mapping; null for an endpoint that is no endpoint.</summary>
    public static EndpointDescription? Find(ApiDescription api) =>
        api.ActionDescriptor.EndpointMetadata.OfType<EndpointDescription>().FirstOrDefault();
}
