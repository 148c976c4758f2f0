using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Admin.Templates;

/// <summary>Templates of messages in the administration API.</summary>
internal static class TemplatesFeature
{
    public static void AddTemplateAdministration(this IServiceCollection services)
    {
        services.AddSingleton<TemplatePreviews>();
        services.AddSingleton<TemplateOperations>();
    }

    public static void MapTemplateAdministration(this IEndpointRouteBuilder routes) =>
        routes.MapOperations(routes.ServiceProvider.GetRequiredService<TemplateOperations>().All);
}
