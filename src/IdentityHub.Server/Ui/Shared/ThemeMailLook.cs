using IdentityHub.Protocol;
using IdentityHub.Server.Messaging.Templates;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>The look of mails is that of the pages: the product's name and the colours of the theme.</summary>
internal static class ThemeMailLook
{
    private const string DefaultLanguage = "en";

    /// <summary>The look in the first of these languages that there are texts in.</summary>
    public static MailLook Find(PageTheme theme, IReadOnlyList<string?> languages)
    {
        var texts = languages
            .SelectMany(LanguageTags.RangesOf)
            .Select(range => theme.Texts.GetValueOrDefault(range))
            .FirstOrDefault(found => found is not null)
            ?? theme.Texts[DefaultLanguage];
        return new MailLook(texts["product.name"], theme.Colors.Accent, theme.Colors.AccentText);
    }
}
