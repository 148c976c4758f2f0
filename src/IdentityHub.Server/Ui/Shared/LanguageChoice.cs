using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Settings;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The language that a user chooses at the foot of a page: <c>?lang=fr</c> shows that page in it, and a cookie keeps it for the pages that
/// follow. The cookie holds the language and nothing else. A link from elsewhere can choose it too, which changes nothing but words.
/// </summary>
internal sealed class LanguageChoice(ThemeFolder themes, IOptions<HubSettings> settings) : IResultFilter
{
    /// <summary>Name of the parameter.</summary>
    public const string Parameter = "lang";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>Parameters that a page is opened with: all of them stay as they are when its language changes.</summary>
    public static IReadOnlyList<string> PageParameters { get; } =
        [InteractionsFeature.Ticket, "login", "factor", "token", "done", "user_code", "replace"];

    /// <summary>Name of the cookie on this installation.</summary>
    public string CookieName { get; } = BrowserCookie.NameOf(settings.Value, "hub-language");

    /// <summary>The chosen language; null for none, and for one that the pages do not speak.</summary>
    public string? Of(HttpRequest request) => Known(request.Query[Parameter]) ?? Known(request.Cookies[CookieName]);

    /// <summary>
    /// Where the page on the screen is, by its route and not by what was asked for: the form of the choice leads nowhere else.
    /// </summary>
    public static string PathOf(ViewContext view) => view.HttpContext.PublicUrl($"/{view.ActionDescriptor.AttributeRouteInfo!.Template}");

    /// <summary>
    /// What the page on the screen was opened with. After a form was sent, that stands in the hidden fields of the form.
    /// </summary>
    public static IEnumerable<(string Name, string Value)> ParametersOf(HttpRequest request)
    {
        var sent = HttpMethods.IsPost(request.Method) && request.HasFormContentType ? request.Form : null;
        return PageParameters
            .Select(name => (name, (sent?[name].FirstOrDefault() ?? request.Query[name].FirstOrDefault())!))
            .Where(parameter => !string.IsNullOrEmpty(parameter.Item2));
    }

    public void OnResultExecuting(ResultExecutingContext context)
    {
        var http = context.HttpContext;
        if (Known(http.Request.Query[Parameter]) is not { } chosen)
            return;
        var options = BrowserCookie.Options(settings.Value, expires: null);
        options.MaxAge = Lifetime;
        http.Response.Cookies.Append(CookieName, chosen, options);
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    private string? Known(string? language) =>
        language is { Length: > 0 } && themes.Current.Texts.TryGetValue(language, out var texts) ? texts.Language : null;
}
