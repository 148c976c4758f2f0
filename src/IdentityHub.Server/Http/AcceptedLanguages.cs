using IdentityHub.Protocol;
using Microsoft.Net.Http.Headers;

namespace IdentityHub.Server.Http;

/// <summary>What a request says about languages. RFC 9110 §12.5.4.</summary>
internal static class AcceptedLanguages
{
    // Browsers send about 100 characters. The rest of a longer header is not read: any client can send 30 KB of it.
    private const int MaxHeaderLength = 1000;

    /// <summary>BCP 47 tags in the order of preference; at most <see cref="LanguageTags.Most"/>.</summary>
    public static IReadOnlyList<string> Of(HttpRequest request)
    {
        var header = request.Headers.AcceptLanguage.ToString();
        if (header.Length > MaxHeaderLength)
            header = header[..Math.Max(0, header.LastIndexOf(',', MaxHeaderLength))];
        if (!StringWithQualityHeaderValue.TryParseList([header], out var languages))
            return [];
        return
        [
            .. languages.Where(language => language.Quality is not <= 0 && language.Value.Length <= LanguageTags.MaxLength)
                .OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString()).Take(LanguageTags.Most),
        ];
    }
}
