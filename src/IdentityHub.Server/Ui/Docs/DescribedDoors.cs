using IdentityHub.Server.Http.Descriptions;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>Tells the framework's OpenAPI generator of the doors: it knows controllers and typed handlers only, and doors are neither.</summary>
internal sealed class DescribedDoors(EndpointDataSource endpoints) : IApiDescriptionProvider
{
    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            foreach (var description in endpoint.Metadata.GetOrderedMetadata<DoorDescription>())
            {
                context.Results.Add(new ApiDescription
                {
                    HttpMethod = description.Method,
                    RelativePath = endpoint.RoutePattern.RawText!.TrimStart('/'),
                    ActionDescriptor = new ActionDescriptor { DisplayName = description.Id, EndpointMetadata = [description, new TagsAttribute(description.Tag)] },
                });
            }
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    /// <summary>What stands next to the mapping; null for an endpoint that is no door.</summary>
    public static DoorDescription? Find(ApiDescription api) => api.ActionDescriptor.EndpointMetadata.OfType<DoorDescription>().FirstOrDefault();
}
