using System.Net;

namespace IdentityHub.Server.Messaging;

/// <summary>Messages to clients and users: written to the outbox, delivered beside the requests.</summary>
internal static class MessagingFeature
{
    public static void AddMessaging(this IServiceCollection services)
    {
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<OutboxWriter>();
        services.AddSingleton<OutboxAttempts>();
        services.AddSingleton<OutboundHttp>();
        services.AddSingleton<ResolveHost>(Dns.GetHostAddressesAsync);
        services.AddSingleton<OutboxChannel, BackchannelLogout>();
        services.AddSingleton<LogoutNotices>();
    }
}
