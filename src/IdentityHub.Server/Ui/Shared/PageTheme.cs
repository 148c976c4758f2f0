using System.Collections.Frozen;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// The look and the texts of pages: the built-in look with what the theme folder puts in place of it. Immutable; swapped as a whole.
/// </summary>
/// <param name="Logo">The picture in the header of every page.</param>
/// <param name="Icon">The picture in the browser's tab: the theme's own, or its logo.</param>
/// <param name="HasOwnLogo">True: the logo is the theme's own, and the product's name is not shown next to it.</param>
/// <param name="Style">Loaded after <see cref="HubStyle"/>; null for none.</param>
/// <param name="Texts">By language.</param>
internal sealed record PageTheme(Asset Logo, Asset Icon, bool HasOwnLogo, Asset? Style, FrozenDictionary<string, Texts> Texts)
{
    public const string LogoPath = "/assets/logo";
    public const string IconPath = "/assets/icon";
    public const string StylePath = "/assets/theme.css";

    /// <summary>The style sheet that every page begins with.</summary>
    public static Asset HubStyle { get; } = Asset.Embedded("/assets/hub.css", "text/css; charset=utf-8", "hub.css");

    /// <summary>The script of pages with moments in them: <see cref="ILocalTimes"/>.</summary>
    public static Asset LocalTimeScript { get; } =
        Asset.Embedded("/assets/local-time.js", "text/javascript; charset=utf-8", "local-time.js");

    /// <summary>The script of pages on which a passkey is used or made: <see cref="IPasskeyPage"/>.</summary>
    public static Asset PasskeyScript { get; } = Asset.Embedded("/assets/passkeys.js", "text/javascript; charset=utf-8", "passkeys.js");

    /// <summary>The script of pages on which a password is typed: <see cref="IPasswordPage"/>.</summary>
    public static Asset PasswordScript { get; } =
        Asset.Embedded("/assets/passwords.js", "text/javascript; charset=utf-8", "passwords.js");

    /// <summary>
    /// True: the theme's style sheet says nothing about dark mode, so that its colours fit light pages only. The pages stay light in dark
    /// mode then.
    /// </summary>
    public bool IsLightOnly { get; init; }

    /// <summary>Its colours for mails.</summary>
    public ThemeColors Colors { get; init; } = ThemeColors.BuiltIn;

    /// <summary>What comes with the server.</summary>
    public static PageTheme BuiltIn { get; } =
        new(
            Asset.Embedded(LogoPath, "image/svg+xml", "logo.svg"),
            Asset.Embedded(IconPath, "image/svg+xml", "logo.svg"),
            HasOwnLogo: false,
            Style: null,
            BuiltInTexts.ByLanguage.ToFrozenDictionary(
                language => language.Key, language => new Texts(language.Key, language.Value), StringComparer.OrdinalIgnoreCase));
}
