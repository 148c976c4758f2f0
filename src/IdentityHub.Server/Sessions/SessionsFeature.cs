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
    }
}
