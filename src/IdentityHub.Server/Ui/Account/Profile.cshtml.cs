using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary><c>/account</c>: the user's account data, and what they may change of it.</summary>
internal sealed class ProfileModel(BrowserCookie browser, Tickets tickets, UserProfiles profiles)
    : SignedInPage("account", browser, tickets)
{
    // BCP 47. A user whose language stands not here keeps it.
    private static readonly string[] KnownLocales =
    [
        "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "ja", "ko", "lt", "lv", "mt", "nb", "nl", "pl",
        "pt", "ro", "ru", "sk", "sl", "sr", "sv",
        "tr", "uk", "zh",
    ];

    public UserProfile Profile { get; private set; } = null!;

    public string? GivenName { get; private set; }

    public string? FamilyName { get; private set; }

    public string? Locale { get; private set; }

    /// <summary>Languages to choose from: BCP 47 tag, and name in itself.</summary>
    public IEnumerable<(string Tag, string Name)> Locales =>
        KnownLocales
            .Union(Profile.Locale is { } own ? [own] : [], StringComparer.Ordinal)
            .Select(tag => (Tag: tag, Name: LanguageName.Of(tag)))
            .OrderBy(locale => locale.Name, StringComparer.OrdinalIgnoreCase);

    public async Task<IActionResult> OnGetAsync()
    {
        if (!await ReadAsync())
            return SeeOther(WellKnown.Login);
        (GivenName, FamilyName, Locale) = (Profile.GivenName, Profile.FamilyName, Profile.Locale);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm(Name = "given_name")] string? givenName, [FromForm(Name = "family_name")] string? familyName, [FromForm] string? locale)
    {
        if (!await ReadAsync())
            return SeeOther(WellKnown.Login);
        (GivenName, FamilyName, Locale) = (givenName, familyName, locale);
        var failures = Failed().ToList();
        if (failures.Count > 0)
            return await RefuseAsync(
                Refusal.InvalidRequest("A name or the language cannot be stored.", Reasons.ProfileMalformed), failures);
        await profiles.ChangeAsync(Session.UserId, Session.Id, GivenName, FamilyName, Locale, Context, Aborted);
        return SayDone("account.profile.done");
    }

    private async Task<bool> ReadAsync()
    {
        if (await profiles.FindAsync(Session.UserId, Aborted) is not { } profile)
            return false;
        Profile = profile;
        return true;
    }

    private IEnumerable<Failure> Failed()
    {
        if (!UserProfiles.IsName(GivenName))
            yield return new Failure(Text["account.profile.given_name.wrong"], "given_name");
        if (!UserProfiles.IsName(FamilyName))
            yield return new Failure(Text["account.profile.family_name.wrong"], "family_name");
        if (!string.IsNullOrEmpty(Locale) && !Locales.Any(known => known.Tag == Locale))
            yield return new Failure(Text["account.profile.locale.wrong"], "locale");
    }
}
