namespace IdentityHub.Server.Admin.Scim;

/// <summary>SCIM 2.0 for the directories of organizations: RFC 7643, RFC 7644. Decision 0043.</summary>
internal static class ScimFeature
{
    public static void AddScim(this IServiceCollection services)
    {
        services.AddSingleton<ScimCallers>();
        services.AddSingleton<DirectoryRecords>();
        services.AddSingleton<DirectoryUserWrites>();
        services.AddSingleton<IScimResources, DirectoryUsers>();
        services.AddSingleton<IScimResources, DirectoryGroups>();
        services.AddSingleton<ResourcesEndpoint>();
        services.AddSingleton<BulkEndpoint>();
        services.AddSingleton<DiscoveryEndpoint>();
    }

    public static void MapScim(this IEndpointRouteBuilder routes)
    {
        ResourcesEndpoint.Map(routes);
        BulkEndpoint.Map(routes);
        DiscoveryEndpoint.Map(routes);
    }
}
