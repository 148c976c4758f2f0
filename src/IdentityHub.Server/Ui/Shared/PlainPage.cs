using System.Globalization;
using System.Text;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>The frame of pages that are written by hand: they belong to the hub itself and to no theme, need no sign-in and hold no form.</summary>
internal static class PlainPage
{
    /// <summary>Headers of such a page: it runs nothing, frames nothing and posts nowhere.</summary>
    public static void SetHeaders(HttpResponse response, string contentType)
    {
        response.ContentType = contentType;
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>Begins a page; what follows stands in its <c>main</c>.</summary>
    /// <param name="title">HTML.</param>
    public static StringBuilder Begin(string title) => new StringBuilder(4096).Append(
        CultureInfo.InvariantCulture,
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title}</title>
        <link rel="stylesheet" href="{PageTheme.HubStyle.Address}">
        <link rel="icon" href="{PageTheme.BuiltIn.Logo.Address}">
        </head>
        <body>
        <header class="site"><a class="brand" href="/"><img src="{PageTheme.BuiltIn.Logo.Address}" alt=""> IdentityHub</a></header>
        <main class="wide">

        """);

    /// <summary>Ends it.</summary>
    public static string End(StringBuilder page) => page.Append("</main>\n</body>\n</html>\n").ToString();
}
