namespace IdentityHub.Server.Ui.Login;

/// <summary>The pages on which users become signed in.</summary>
internal static class LoginFeature
{
    public static void AddLogin(this IServiceCollection services)
    {
        services.AddSingleton<BrowserLogin>();
        services.AddSingleton<CodeCookie>();
        services.AddSingleton<LoginLinks>();
        services.AddSingleton<PendingLogins>();
        services.AddSingleton<KnownBrowsers>();
        services.AddSingleton<RememberedCookie>();
    }
}
