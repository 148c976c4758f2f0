using System.Collections.Frozen;
using IdentityHub.Protocol;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The language of a page: the user's choice (<see cref="LanguageChoice"/>), else the client's <c>ui_locales</c>, else what the browser
/// asks for, else English.
/// </summary>
internal static class PageLanguage
{
    /// <summary>The texts of the request.</summary>
    public static Texts Texts(this HttpContext http) => http.Features.Get<Texts>() ?? http.SetRequestLanguage(uiLocales: null);

    /// <inheritdoc cref="Texts(HttpContext)"/>
    public static Texts Texts(this ViewContext view) => view.HttpContext.Texts();

    /// <inheritdoc cref="PublicPath.PublicUrl"/>
    public static string PublicUrl(this ViewContext view, string address) => view.HttpContext.PublicUrl(address);

    /// <summary>Chooses the language for the rest of the request.</summary>
    /// <param name="uiLocales">BCP 47 tags in the order of preference, separated by blanks (OpenID Connect Core §3.1.2.1); null for
    /// none.</param>
    public static Texts SetRequestLanguage(this HttpContext http, string? uiLocales)
    {
        var known = http.RequestServices.GetRequiredService<ThemeFolder>().Current.Texts;
        var chosen = http.RequestServices.GetRequiredService<LanguageChoice>().Of(http.Request);
        var asked = LanguageTags.Split(uiLocales).Concat(AcceptedLanguages.Of(http.Request));
        var texts = (chosen is null ? asked : [chosen]).Select(tag => Find(known, tag)).FirstOrDefault(found => found is not null)
            ?? known[BuiltInTexts.Default];
        http.Features.Set(texts);
        return texts;
    }

    private static Texts? Find(FrozenDictionary<string, Texts> known, string tag) =>
        LanguageTags.RangesOf(tag).Select(range => known.GetValueOrDefault(range)).FirstOrDefault(texts => texts is not null);
}
