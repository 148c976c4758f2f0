using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Clients;
using IdentityHub.Server.Admin.Configuration;
using IdentityHub.Server.Admin.Dialects;
using IdentityHub.Server.Admin.Installation;
using IdentityHub.Server.Admin.Objects;
using IdentityHub.Server.Admin.Organizations;
using IdentityHub.Server.Admin.Scim;
using IdentityHub.Server.Admin.Sessions;
using IdentityHub.Server.Admin.Templates;
using IdentityHub.Server.Admin.Users;

namespace IdentityHub.Server.Admin;

/// <summary>The administration API, one line an area, and SCIM. Decisions 0041, 0043.</summary>
internal static class AdminFeature
{
    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddSingleton<Cursors>();
        services.AddSingleton<AdminCallers>();
        services.AddSingleton<AdminRequests>();
        services.AddSingleton<AdminCatalog>();
        services.AddSingleton<AdminDispatch>();
        services.AddSingleton<AdminEndpoint>();
        services.AddSingleton<AdminWrites>();
        services.AddUserAdministration();
        services.AddObjectAdministration();
        services.AddOrganizationAdministration();
        services.AddClientAdministration();
        services.AddDialectAdministration();
        services.AddConfigurationAdministration();
        services.AddInstallationAdministration();
        services.AddSessionAdministration();
        services.AddTemplateAdministration();
        services.AddScim();
    }

    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        routes.MapUserAdministration();
        routes.MapOrganizationAdministration();
        routes.MapResourceAdministration();
        routes.MapClientAdministration();
        routes.MapDialectAdministration();
        routes.MapConfigurationAdministration();
        routes.MapInstallationAdministration();
        routes.MapSessionAdministration();
        routes.MapTemplateAdministration();
        routes.MapUnknownOperations();
        routes.MapScim();
    }
}
