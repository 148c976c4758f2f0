using IdentityHub.Server.Clients;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace IdentityHub.Server.Http;

/// <summary>
/// Lets applications that run in a browser call the endpoints that are made for them, from the origins that their clients name in
/// <c>allowed_cors_origins</c>; the authorization endpoint is not among them. OAuth 2.1 §3.1, ASSURANCE P4.
/// </summary>
internal static class CrossOrigin
{
    private const string PolicyName = "clients";
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromHours(1);

    public static void AddCrossOrigin(this IServiceCollection services)
    {
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, ClientOrigins>();
    }

    /// <summary>Marks an endpoint that such applications call. No cookie is sent along: they authenticate by what stands in the request.</summary>
    public static IEndpointConventionBuilder ForBrowserClients(this IEndpointConventionBuilder endpoint) => endpoint.RequireCors(PolicyName);

    // Made once a generation of the configuration.
    private sealed class ClientOrigins(ClientRegistry registry) : ICorsPolicyProvider
    {
        private volatile MadePolicy? _made;

        public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
        {
            if (policyName != PolicyName)
                return Task.FromResult<CorsPolicy?>(null);
            var snapshot = registry.Current;
            var made = _made;
            if (made?.Snapshot != snapshot)
                _made = made = new MadePolicy(snapshot, Policy(snapshot));
            return Task.FromResult<CorsPolicy?>(made.Policy);
        }

        private static CorsPolicy Policy(RegistrySnapshot snapshot)
        {
            var policy = new CorsPolicyBuilder()
                .WithOrigins([.. snapshot.Document.Clients.Where(client => client.Enabled).SelectMany(client => client.AllowedCorsOrigins).Distinct(StringComparer.Ordinal)])
                .WithMethods("GET", "POST")
                .WithHeaders("authorization", "content-type")
                .WithExposedHeaders("www-authenticate", "retry-after")
                .SetPreflightMaxAge(PreflightMaxAge);
            return policy.Build();
        }

        private sealed record MadePolicy(RegistrySnapshot Snapshot, CorsPolicy Policy);
    }
}
