using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.OAuth.UserInfo;

/// <summary>
/// What the APIs of a token ask of the login that it comes from (<c>required_acr</c>, <c>required_max_age</c>): the strictest of them
/// counts. A token without an API is for the issuer. RFC 9470.
/// </summary>
internal static class AskedAuthentication
{
    /// <summary>The refusal, whose challenge says what to ask the user for; null for a token that is good enough.</summary>
    /// <param name="issuer">The name of the API that stands for userinfo.</param>
    public static Refusal? RefusalOf(PresentedToken presented, string issuer, DateTimeOffset now)
    {
        string[] names = presented.Token.Audiences.Length > 0 ? presented.Token.Audiences.Split(' ') : [issuer];
        var level = 1;
        TimeSpan? maxAge = null;
        foreach (var name in names)
        {
            if (presented.Client.Registry.FindResource(name) is not { } api)
                continue;
            if (api.RequiredAcr is { } asked && AuthenticationContext.LevelOfClass(asked) is { } askedLevel && askedLevel > level)
                level = askedLevel;
            if (api.RequiredMaxAge is { } age && !(maxAge <= age))
                maxAge = age;
        }

        var reached = presented.ContextClass is { } reachedClass ? AuthenticationContext.LevelOfClass(reachedClass) ?? 0 : 0;
        var isWeak = level > 1 && reached < level;
        var isOld = maxAge is { } most && !(now - presented.AuthenticatedAt <= most);
        return isWeak || isOld ? Insufficient(level, maxAge, isWeak) : null;
    }

    private static Refusal Insufficient(int level, TimeSpan? maxAge, bool isWeak)
    {
        var challenge = new List<KeyValuePair<string, string>>();
        if (level > 1)
            challenge.Add(new("acr_values", AuthenticationContext.Values[level - 1]));
        if (maxAge is { } age)
            challenge.Add(new("max_age", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture)));
        return new Refusal(
            RefusalKind.InsufficientAuthentication,
            isWeak ? "The user must log in with more factors." : "The user must log in again: the login is too old.",
            Reasons.InsufficientAuthentication,
            isWeak ? "an API of the token asks for more factors than the login had" : "the login is older than an API of the token accepts")
        {
            Challenge = challenge,
        };
    }
}
