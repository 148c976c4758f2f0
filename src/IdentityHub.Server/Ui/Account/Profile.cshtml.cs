using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Account;

/// <summary><c>/account</c>: the user's account data, and what they may change of it.</summary>
internal sealed class ProfileModel(BrowserCookie browser, Tickets tickets, UserProfiles profiles, ClientRegistry registry)
    : SignedInPage("account", browser, tickets)
{
    // BCP 47. A user whose language stands not here keeps it.
    private static readonly string[] KnownLocales =
    [
        "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "ja", "ko", "lt", "lv", "mt", "nb", "nl", "pl",
        "pt", "ro", "ru", "sk", "sl", "sr", "sv",
        "tr", "uk", "zh",
    ];

    private AttributeSchema _schema = new([]);

    private IReadOnlyDictionary<string, IReadOnlyList<string>> _attributes = new Dictionary<string, IReadOnlyList<string>>();

    private Dictionary<string, string>? _typed;

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

    /// <summary>Attributes that the user may read and not write, with their values.</summary>
    public IEnumerable<(UserAttributeDefinition Definition, string Text)> ReadOnlyAttributes =>
        _schema.All.Where(one => one.ReadableBy.Contains(AttributeParty.User) && !MayWrite(one) && _attributes.ContainsKey(one.Name))
            .Select(one => (one, string.Join(", ", ShownOf(one))));

    /// <summary>Attributes that the user may write.</summary>
    public IEnumerable<AttributeField> AttributeFields =>
        _schema.All.Where(MayWrite).Select(one => new AttributeField(
            one, _typed?.GetValueOrDefault(one.Name) ?? AttributeField.TextOf(one, _attributes.GetValueOrDefault(one.Name, [])),
            AttributeField.TextOf(one, _attributes.GetValueOrDefault(one.Name, [])),
            IsWrong(AttributeField.IdOf(one))));

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
        var changes = ReadAttributes(out var wrong);
        List<Failure> failures = [.. Failed(), .. wrong];
        if (failures.Count > 0)
            return await RefuseAsync(
                Refusal.InvalidRequest("A name or the language cannot be stored.", Reasons.ProfileMalformed), failures);
        var changed = await profiles.ChangeAsync(
            Session.UserId, Session.Id, GivenName, FamilyName, Locale, changes, Context, Aborted);
        if (changed.IsGone)
            return SeeOther(WellKnown.Login);
        if (changed.Taken is { } taken && _schema.Find(taken) is { } definition)
            return await RefuseAsync(
                Refusal.InvalidRequest("A value belongs to another user.", Reasons.ProfileMalformed),
                [FailureOf("account.attribute.taken", definition)]);
        return SayDone("account.profile.done");
    }

    private async Task<bool> ReadAsync()
    {
        if (await profiles.FindAsync(Session.UserId, Aborted) is not { } profile)
            return false;
        Profile = profile;
        _schema = registry.Current.Attributes;
        if (_schema.All.Any(one => one.ReadableBy.Contains(AttributeParty.User)))
            _attributes = await profiles.FindAttributesAsync(Session.UserId, Aborted);
        return true;
    }

    // Only what the form has: an attribute that was defined after the page was made is left alone.
    private List<AttributeChange> ReadAttributes(out List<Failure> wrong)
    {
        var changes = new List<AttributeChange>();
        wrong = [];
        _typed = [];
        foreach (var definition in _schema.All.Where(one => MayWrite(one) && Request.Form.ContainsKey(AttributeField.IdOf(one))))
        {
            var text = Request.Form[AttributeField.IdOf(definition)].ToString();
            _typed[definition.Name] = text;
            if (Request.Form.TryGetValue(AttributeField.ShownIdOf(definition), out var shown)
                && AttributeField.AreSame(shown.ToString(), text) && !(definition.Required && string.IsNullOrWhiteSpace(text)))
                continue;
            var values = AttributeField.Split(definition, text);
            if (AttributeValues.Read(definition, values).Change is { } change)
                changes.Add(change);
            else
                wrong.Add(FailureOf(values.Length == 0 ? "account.attribute.required" : "account.attribute.wrong", definition));
        }

        return changes;
    }

    private Failure FailureOf(string key, UserAttributeDefinition definition) =>
        new(Text.With(key, ("attribute", definition.DisplayName ?? definition.Name)), AttributeField.IdOf(definition));

    private IEnumerable<string> ShownOf(UserAttributeDefinition definition) =>
        _attributes[definition.Name].Select(value => definition.Type == AttributeType.Boolean
            ? Text[value == "true" ? "account.attribute.yes" : "account.attribute.no"]
            : value);

    private static bool MayWrite(UserAttributeDefinition definition) => definition.WritableBy.Contains(AttributeParty.User);

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
