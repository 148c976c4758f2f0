using System.Text.Encodings.Web;
using System.Text.Unicode;
using IdentityHub.Protocol;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Ui.Account;
using IdentityHub.Server.Ui.ControlRoom;
using IdentityHub.Server.Ui.DevOutbox;
using IdentityHub.Server.Ui.Docs;
using IdentityHub.Server.Ui.Home;
using IdentityHub.Server.Ui.Login;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;

namespace IdentityHub.Server.Ui;

/// <summary>The pages that people see. Rendered on the server; none needs a script.</summary>
internal static class UiFeature
{
    // No form of a page comes near it.
    private const int MaxFormBytes = 64 * 1024;

    public static void AddUi(this IServiceCollection services)
    {
        services.AddHome();
        services.AddDocs();
        services.AddShared();
        services.AddLogin();
        services.AddControlRoom();
        services.AddRazorPages(options => options.RootDirectory = "/Ui").AddMvcOptions(options =>
        {
            options.Filters.Add(new RequestSizeLimitAttribute(MaxFormBytes));
            options.Filters.Add<PageHeaders>();
            options.Filters.AddService<LanguageChoice>();
            options.Filters.Add<PageFailures>();
            options.Filters.Add<PageRules>();

            // They throw on a name with one bracket, and repeat it in the message. No page has names with brackets.
            options.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
            options.ValueProviderFactories.RemoveType<JQueryQueryStringValueProviderFactory>();
        });

        // Letters of every script as they are; what means something in HTML stays encoded.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<HubSettings>>((forms, settings) =>
        {
            forms.Cookie = new FormsCookie(settings.Value);
            forms.FormFieldName = "form_token";
            forms.HeaderName = null;
            forms.SuppressXFrameOptionsHeader = true;
        });
    }

    public static void MapUi(this WebApplication app)
    {
        app.MapHome();
        app.MapDocs();
        app.MapAssets();
        app.MapPasskeyEndpoints();
        app.MapChangePasswordAddress();
        app.MapDevOutbox();
        app.MapControlRoom();
        List<object> advertised =
        [
            new AdvertisedValues("ui_locales_supported", [.. BuiltInTexts.ByLanguage.Keys.Order(StringComparer.Ordinal)])
        ];
        if (app.Services.GetRequiredService<IOptions<HubSettings>>().Value.Registration.Enabled)
            advertised.Add(new AdvertisedValues("prompt_values_supported", [PromptSet.CreateAccount]));
        PageRoutes.Map(
            app, route => ControlRoomFeature.IsMapped(app.Services, route),
            [.. advertised, new RequestSizeLimitAttribute(MaxFormBytes)]);
    }
}
