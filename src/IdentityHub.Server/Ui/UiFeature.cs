using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Docs;
using IdentityHub.Server.Ui.Home;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui;

/// <summary>The pages that people see. Rendered on the server; none needs a script.</summary>
internal static class UiFeature
{
    public static void AddUi(this IServiceCollection services)
    {
        services.AddHome();
        services.AddDocs();
        services.AddRazorPages(options => options.RootDirectory = "/Ui").AddMvcOptions(options =>
        {
            options.Filters.Add<PageHeaders>();
            options.Filters.Add<PageFailures>();
        });
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<HubSettings>>((forms, settings) =>
        {
            forms.Cookie = new FormsCookie(settings.Value.IsHttps);
            forms.FormFieldName = "form_token";
            forms.SuppressXFrameOptionsHeader = true;
        });
    }

    public static void MapUi(this WebApplication app)
    {
        app.MapHome();
        app.MapDocs();
        app.MapRazorPages();
    }
}
