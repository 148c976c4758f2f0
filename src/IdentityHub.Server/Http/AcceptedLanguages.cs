namespace IdentityHub.Server.Http;

/// <summary>What a request says about languages. RFC 9110 §12.5.4.</summary>
internal static class AcceptedLanguages
{
    /// <summary>BCP 47 tags in the order of preference; at most eight.</summary>
    public static IReadOnlyList<string> Of(HttpRequest request) =>
        [.. request.GetTypedHeaders().AcceptLanguage
            .Where(language => language.Quality is not <= 0).OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString()).Take(8)];
}
