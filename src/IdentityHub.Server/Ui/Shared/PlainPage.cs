using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Server.Http;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The frame of pages that are written by hand, in English and in the look of the theme: they need no sign-in and hold no form.
/// </summary>
internal static class PlainPage
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Default;

    /// <summary>Headers of such a page: it runs nothing, frames nothing and posts nowhere.</summary>
    public static void SetHeaders(HttpResponse response, string contentType)
    {
        response.ContentType = contentType;
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>The name that the theme gives the product.</summary>
    public static string ProductName(HttpContext http) => Texts(Theme(http))["product.name"];

    /// <summary>Begins a page; what follows stands in its <c>main</c>.</summary>
    /// <param name="title">Stands before the product's name; null for that name alone.</param>
    public static StringBuilder Begin(HttpContext http, string? title)
    {
        var theme = Theme(http);
        var texts = Texts(theme);
        var product = texts["product.name"];
        var page = new StringBuilder(4096).Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en"{(theme.IsLightOnly ? " class=\"light-only\"" : "")}>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Html.Encode(title is null ? product : texts.With("page.title", ("page", title), ("product", product)))}</title>
            <link rel="stylesheet" href="{Address(PageTheme.HubStyle)}">

            """);
        if (theme.Style is { } style)
            page.Append(CultureInfo.InvariantCulture, $"<link rel=\"stylesheet\" href=\"{Address(style)}\">\n");
        return page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <link rel="icon" href="{Address(theme.Icon)}">
            </head>
            <body>
            <header class="site"><a class="brand" href="{http.PublicUrl("/")}">{Brand()}</a></header>
            <main class="wide">

            """);

        string Address(Asset asset) => Html.Encode(http.PublicUrl(asset.Address));
        string Brand() => theme.HasOwnLogo
            ? $"<img src=\"{Address(theme.Logo)}\" alt=\"{Html.Encode(product)}\">"
            : $"<img src=\"{Address(theme.Logo)}\" alt=\"\"> {Html.Encode(product)}";
    }

    /// <summary>Ends it.</summary>
    public static string End(StringBuilder page) => page.Append("</main>\n</body>\n</html>\n").ToString();

    private static PageTheme Theme(HttpContext http) => http.RequestServices.GetRequiredService<ThemeFolder>().Current;

    private static Texts Texts(PageTheme theme) => theme.Texts[BuiltInTexts.Default];
}
