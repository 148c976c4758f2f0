using IdentityHub.Server.Messaging;
using IdentityHub.Server.Rights;
using IdentityHub.Server.Sessions.Logout;

namespace IdentityHub.Server.Sessions;

/// <summary>The session graph.</summary>
internal static class SessionsFeature
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<LoginStart>();
        services.AddSingleton<BrowserSessions>();
        services.AddSingleton<SessionEnd>();
        services.AddSingleton<LsidSessions>();
        services.AddSingleton<SessionList>();
        services.AddSingleton<ActingCheck>();
        services.AddSingleton<CallerRights>();
        services.AddSingleton<SeenSessions>();
        services.AddSingleton<OutboxChannel, BackchannelLogout>();
        services.AddSingleton<LogoutNotices>();
    }
}
