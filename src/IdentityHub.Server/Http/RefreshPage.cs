using System.Text.Encodings.Web;

namespace IdentityHub.Server.Http;

/// <summary>
/// A page that sends the browser on, for addresses that are too long for a header: nginx takes 4 KB of headers of an answer by default,
/// refuses a longer one with 502, and counts that as a failure of the server. Needs no script; there is a link for users who have turned
/// refreshes off.
/// </summary>
internal static class RefreshPage
{
    /// <summary>
    /// Longest address in characters that goes into <c>Location</c>. The other headers of an answer need at most 600 bytes.
    /// </summary>
    public const int MaxLocationLength = 3400;

    private static readonly HtmlEncoder Html = HtmlEncoder.Default;

    /// <summary>Writes the page.</summary>
    /// <param name="address">Checked: of this server, or registered by a client.</param>
    public static Task WriteAsync(HttpContext http, string address)
    {
        var response = http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/html; charset=utf-8";
        OAuthResults.SetNoStore(response);

        // Frames are not forbidden: a single-page application renews its tokens in one. Nothing on the page can be clicked to a user's
        // harm.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; base-uri 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        var target = Html.Encode(address);
        return response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={target}"><title>…</title></head>
            <body><p><a href="{target}" rel="noreferrer">Continue</a></p></body>
            </html>

            """,
            http.RequestAborted);
    }
}
