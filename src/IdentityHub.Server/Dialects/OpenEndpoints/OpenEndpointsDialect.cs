using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Dialects;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>Tenants, their users and the referrals between users. contracts/open-endpoints.md.</summary>
internal sealed class OpenEndpointsDialect : IDialect
{
    public IReadOnlyList<string> Names { get; } = [DialectNames.OpenEndpoints];

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<TenantCaller>();
        services.AddSingleton<TenantUserWrite>();
        services.AddSingleton<TenantUserEndpoint>();
        services.AddSingleton<PublicEndpoints>();
        services.AddSingleton<ReferralApplication>();
        services.AddSingleton<ReferralApplicationEndpoint>();
        services.AddSingleton<ReferralListEndpoint>();
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        var tenants = routes.MapTenants();
        TenantUserEndpoint.Map(tenants);
        PublicEndpoints.Map(tenants);
        ReferralApplicationEndpoint.Map(tenants);
        ReferralListEndpoint.Map(tenants);
        tenants.MapOpenNotFound();
    }

    /// <summary>Its callers are the tenants.</summary>
    public DialectCallers ListCallers(string name, RegistrySnapshot snapshot, StoredCallers stored) =>
        new(
            DialectCallerKind.Tenant,
            snapshot.Document.Tenants.ToDictionary(
                tenant => Tenant.ClientIdOf(tenant.Alias), tenant => tenant.Enabled, StringComparer.Ordinal));
}
