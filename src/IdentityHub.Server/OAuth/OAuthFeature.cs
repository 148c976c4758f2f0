using IdentityHub.Server.OAuth.Authorize;
using IdentityHub.Server.OAuth.DeviceAuthorization;
using IdentityHub.Server.OAuth.Discovery;
using IdentityHub.Server.OAuth.EndSession;
using IdentityHub.Server.OAuth.Introspect;
using IdentityHub.Server.OAuth.Jwks;
using IdentityHub.Server.OAuth.PushedAuthorization;
using IdentityHub.Server.OAuth.Revoke;
using IdentityHub.Server.OAuth.Token;
using IdentityHub.Server.OAuth.UserInfo;

namespace IdentityHub.Server.OAuth;

/// <summary>The standard endpoints.</summary>
internal static class OAuthFeature
{
    public static void AddOAuth(this IServiceCollection services)
    {
        services.AddSingleton<AuthorizeInteraction>();
        services.AddSingleton<AuthorizeEndpoint>();
        services.AddSingleton<PushedAuthorizationEndpoint>();
        services.AddSingleton<DeviceAuthorizationEndpoint>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<IntrospectionEndpoint>();
        services.AddSingleton<RevocationEndpoint>();
        services.AddSingleton<UserInfoEndpoint>();
        services.AddSingleton<LogoutRequestReader>();
        services.AddSingleton<EndSessionEndpoint>();
        services.AddSingleton<DiscoveryEndpoint>();
        services.AddSingleton<JwksEndpoint>();
    }

    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        AuthorizeEndpoint.Map(routes);
        PushedAuthorizationEndpoint.Map(routes);
        DeviceAuthorizationEndpoint.Map(routes);
        TokenEndpoint.Map(routes);
        IntrospectionEndpoint.Map(routes);
        RevocationEndpoint.Map(routes);
        UserInfoEndpoint.Map(routes);
        EndSessionEndpoint.Map(routes);
        DiscoveryEndpoint.Map(routes);
        JwksEndpoint.Map(routes);
    }
}
