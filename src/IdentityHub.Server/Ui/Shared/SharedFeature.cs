using IdentityHub.Server.Messaging.Templates;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>The look that all pages share, and its files.</summary>
internal static class SharedFeature
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void AddShared(this IServiceCollection services)
    {
        services.AddSingleton<ThemeFolder>();
        services.AddSingleton<LanguageChoice>();
        services.AddSingleton<FindMailLook>(services =>
            languages => ThemeMailLook.Find(services.GetRequiredService<ThemeFolder>().Current, languages));
    }

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        var themes = routes.ServiceProvider.GetRequiredService<ThemeFolder>();

        // Read at the start, so that its faults stand in the log before the first user comes.
        _ = themes.Current;
        routes.MapMethods(PageTheme.HubStyle.Path, Methods, PageTheme.HubStyle.WriteAsync);
        routes.MapMethods(PageTheme.LocalTimeScript.Path, Methods, PageTheme.LocalTimeScript.WriteAsync);
        routes.MapMethods(PageTheme.PasskeyScript.Path, Methods, PageTheme.PasskeyScript.WriteAsync);
        routes.MapMethods(PageTheme.PasswordScript.Path, Methods, PageTheme.PasswordScript.WriteAsync);
        routes.MapMethods(PageTheme.LogoPath, Methods, http => themes.Current.Logo.WriteAsync(http));
        routes.MapMethods(PageTheme.IconPath, Methods, http => themes.Current.Icon.WriteAsync(http));

        // Browsers ask for it by this name where a page names none, e.g. when they show JSON.
        routes.MapMethods("/favicon.ico", Methods, http => themes.Current.Icon.WriteAsync(http));
        routes.MapMethods(PageTheme.StylePath, Methods, http =>
        {
            if (themes.Current.Style is { } style)
                return style.WriteAsync(http);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
