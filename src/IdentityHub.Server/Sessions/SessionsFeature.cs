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
        services.AddSingleton<PasswordChange>();
        services.AddSingleton<PasswordSetting>();
        services.AddSingleton<PasswordResetting>();
        services.AddSingleton<LsidRules>();
        services.AddSingleton<LsidSessions>();
        services.AddSingleton<LsidStart>();
        services.AddSingleton<SessionClone>();
        services.AddSingleton<SessionList>();
        services.AddSingleton<ActAs>();
        services.AddSingleton<ActAsOneself>();
        services.AddSingleton<ActIn>();
        services.AddSingleton<ActingCheck>();
        services.AddSingleton<CallerRights>();
        services.AddSingleton<SeenSessions>();
        services.AddSingleton<OutboxChannel, BackchannelLogout>();
        services.AddSingleton<LogoutNotices>();
    }
}
