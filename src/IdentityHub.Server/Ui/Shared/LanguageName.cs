using System.Globalization;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>Names of languages in themselves, for lists to choose from.</summary>
internal static class LanguageName
{
    /// <summary>E.g. <c>Français</c>; the tag itself where the system does not know the language.</summary>
    /// <param name="tag">BCP 47.</param>
    public static string Of(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag) is { NativeName: { Length: > 0 } name } culture
                ? char.ToUpper(name[0], culture) + name[1..]
                : tag;
        }
        catch (CultureNotFoundException)
        {
            return tag;
        }
    }
}
