using IdentityHub.Protocol;
using IdentityHub.Server.Messaging.Templates;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>The look of mails is that of the pages: the product's name and the colours of the theme.</summary>
internal sealed class ThemeMailLooks(ThemeFolder themes) : IMailLooks
{
    private const string DefaultLanguage = "en";

    public MailLook For(IReadOnlyList<string?> languages)
    {
        var theme = themes.Current;
        var texts = languages.SelectMany(LanguageTags.RangesOf).Select(range => theme.Texts.GetValueOrDefault(range)).FirstOrDefault(found => found is not null)
            ?? theme.Texts[DefaultLanguage];
        return new MailLook(texts["product.name"], theme.Colors.Accent, theme.Colors.AccentText);
    }
}
