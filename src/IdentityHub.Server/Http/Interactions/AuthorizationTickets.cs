namespace IdentityHub.Server.Http.Interactions;

/// <summary>What the authorization endpoint tells the login page.</summary>
/// <param name="ReturnUrl">Local path to go on with after the login: the authorization request itself, to which the page appends
/// <paramref name="Marker"/>.</param>
/// <param name="Marker">
/// Goes along as the parameter <see cref="InteractionsFeature.Login"/>; null when the request does not need it.
/// </param>
/// <param name="ClientId">The client that the user logs in for; null for the hub itself.</param>
/// <param name="LoginHint">What the client thinks that the user types. OpenID Connect Core §3.1.2.1.</param>
/// <param name="UiLocales">Languages in the order of preference, separated by blanks.</param>
/// <param name="SwitchAccount">True for <c>prompt=select_account</c>: offer to go on as the signed-in user, or as another.</param>
internal sealed record LoginTicket(
    string ReturnUrl, LoginMarker? Marker, string? ClientId, string? LoginHint, string? UiLocales, bool SwitchAccount)
{
    /// <summary>For a page of the hub that needs a signed-in user.</summary>
    public static LoginTicket For(string localPath) =>
        new(localPath, null, null, null, null, SwitchAccount: false) { ReturnsToHub = true };

    /// <summary>True when <see cref="ReturnUrl"/> is a page of the hub and no authorization request, also for a client.</summary>
    public bool ReturnsToHub { get; init; }

    /// <summary>True when the login ends at a client, elsewhere.</summary>
    public bool EndsAtClient => ClientId is not null && !ReturnsToHub;

    /// <summary>True for <c>prompt=create</c>: the user has no account yet.</summary>
    public bool CreatesAccount { get; init; }

    /// <summary>True when a remembered browser does not stand for the second factor: it is to be proven in this login.</summary>
    public bool AsksSecondFactor { get; init; }
}

/// <summary>What the authorization endpoint tells the consent page.</summary>
/// <param name="ReturnUrl">Local path of the authorization request; the page appends its <see cref="ConsentDecision"/> as
/// <c>consent</c>.</param>
/// <param name="RequestHash">Which request it is about.</param>
/// <param name="SessionId">The session of the user who is asked: in another session the ticket is not valid.</param>
/// <param name="Scopes">What is asked for.</param>
/// <param name="Destination">Origin or scheme of the client's redirect URI, shown to the user.</param>
internal sealed record ConsentTicket(
    string ReturnUrl, string RequestHash, string ClientId, Guid SessionId, IReadOnlyList<string> Scopes, string? Destination,
    string? UiLocales);

/// <summary>
/// Comes back to the authorization endpoint in its parameter <c>interaction</c>: a login after <see cref="StartedAt"/>, which gave the
/// browser another cookie, is what the request asked for. In another browser it counts for nothing.
/// </summary>
/// <param name="CookieTag">Names the cookie that the browser had before (<see cref="BrowserCookie.TagOf"/>); null when it had none.</param>
/// <param name="BrowserTag">Names the browser that was sent to the login page (<see cref="InteractionCookie"/>).</param>
internal sealed record LoginMarker(string RequestHash, DateTimeOffset StartedAt, string? CookieTag, string BrowserTag)
{
    /// <summary>Set when the user has chosen, on the login page of <c>prompt=select_account</c>, to go on as this session.</summary>
    public Guid? ChosenSessionId { get; init; }

    /// <summary>Set when the user does not want to log in: the client gets <c>access_denied</c>.</summary>
    public bool Cancelled { get; init; }
}

/// <summary>Comes back to the authorization endpoint in its parameter <c>consent</c>.</summary>
/// <param name="Scopes">What the user grants: all that was asked for, or part of it.</param>
internal sealed record ConsentDecision(string RequestHash, Guid SessionId, IReadOnlyList<string> Scopes)
{
    /// <summary>The time of one redirect: a decision is not kept for another day.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>True when the user has refused, whatever was asked for: the client gets <c>access_denied</c>.</summary>
    public bool IsRefused { get; init; }
}
