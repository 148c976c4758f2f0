using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace IdentityHub.Server.Health;

/// <summary>What a load balancer asks, and how a node leaves it.</summary>
internal static class HealthFeature
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<HealthEndpoints>();
        services.AddSingleton<ListenSockets>();
        services.AddOptions<SocketTransportOptions>().Configure<ListenSockets>(
            static (transport, sockets) => transport.CreateBoundListenSocket = sockets.Open);
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
    }

    /// <summary>
    /// While a node drains, each answer over HTTP/1.1 ends its connection: a load balancer that keeps connections has none left when the
    /// node stops, and sends no request into one that is just being closed. RFC 9112 §9.6.
    /// </summary>
    public static void UseDrain(this WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        app.Use((http, next) =>
        {
            if (drain.HasBegun && HttpProtocol.IsHttp11(http.Request.Protocol))
                http.Response.Headers.Connection = "close";
            return next(http);
        });
    }

    public static void MapHealth(this IEndpointRouteBuilder routes) => HealthEndpoints.Map(routes);
}
