using IdentityHub.Protocol;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.OAuth.Authorize;

/// <summary>
/// Sends the user to the login and consent pages with all that they need, and believes of what comes back only what is bound to this very
/// request, to the browser that began it, and to the session that it has now. ASSURANCE S6.
/// </summary>
internal sealed class AuthorizeInteraction(
    Tickets tickets, BrowserCookie browser, InteractionCookie interactions, PushedRequests pushed, AnonymousRowLimit limit)
{
    // No identifier of a user is longer, and no list of languages needs to be.
    private const int MaxLoginHintLength = 256;
    private const int MaxUiLocalesLength = 128;

    /// <summary>What the user has done about the request, as far as it can be believed.</summary>
    public UserActions ActionsOf(
        HttpContext http, Parameters sent, AuthorizationRequest request, StoredBrowserSession? session, RequestContext context)
    {
        var marker = tickets.Unprotect<LoginMarker>(sent[InteractionsFeature.Login], context.Now);
        if (marker?.RequestHash != request.Hash || marker.BrowserTag != interactions.TagOf(http))
            marker = null;
        var consent = tickets.Unprotect<ConsentDecision>(sent[InteractionsFeature.Consent], context.Now, ConsentDecision.Lifetime);
        if (consent?.RequestHash != request.Hash || consent.SessionId != session?.Id)
            consent = null;

        // Databases keep times to the microsecond.
        var hasLoggedIn = marker is not null && session is not null
            && session.AuthenticatedAt >= marker.StartedAt - TimeSpan.FromMilliseconds(1) && browser.TagOf(http) != marker.CookieTag;
        var hasCancelled = marker is { Cancelled: true } || consent is { IsRefused: true };
        return new UserActions(hasLoggedIn, marker?.ChosenSessionId, hasCancelled, consent?.Scopes);
    }

    /// <summary>
    /// Sends the browser here once more, by GET: on a POST from another site it sends no cookie, and no user would be signed in.
    /// </summary>
    public async Task<Refusal?> RedirectToGetAsync(HttpContext http, RequestContext context, Parameters sent, AuthorizationRequest request)
    {
        var self = await SelfAsync(http, sent, request, context);
        if (!self.Succeeded)
            return self.Error;
        await OAuthResults.RedirectAsync(http, self.Value);
        return null;
    }

    /// <summary>Sends the browser to the page of a step.</summary>
    public async Task<Refusal?> SendToPageAsync(
        HttpContext http, RequestContext context, Parameters sent, AuthorizationRequest request, AuthorizationStep step,
        StoredBrowserSession? session)
    {
        var self = await SelfAsync(http, sent.Without(InteractionsFeature.Login, InteractionsFeature.Consent), request, context);
        if (!self.Succeeded)
            return self.Error;
        var uiLocales = request.UiLocales is { Length: <= MaxUiLocalesLength } languages ? languages : null;
        if (step == AuthorizationStep.Consent)
        {
            // The login that the request asked for goes along: after the consent it is asked for no more.
            var login =
                sent[InteractionsFeature.Login] is { } before && tickets.Unprotect<LoginMarker>(before, context.Now) is not null
                    ? $"&{InteractionsFeature.Login}={Uri.EscapeDataString(before)}"
                    : "";
            var consent = new ConsentTicket(
                self.Value + login, request.Hash, request.Client.Id, session!.Id, request.Scopes,
                RedirectUris.FormTarget(request.Target.RedirectUri), uiLocales);
            await OAuthResults.RedirectAsync(
                http, $"{WellKnown.Consent}?{InteractionsFeature.Ticket}={tickets.Protect(consent, context.Now)}");
            return null;
        }

        var marker = new LoginMarker(request.Hash, context.Now, browser.TagOf(http), interactions.Begin(http));
        var ticket = new LoginTicket(
            self.Value, marker, request.Client.Id, request.LoginHint is { Length: <= MaxLoginHintLength } hint ? hint : null, uiLocales,
            step == AuthorizationStep.SelectAccount)
        {
            CreatesAccount = request.Prompt.Create,
            AsksSecondFactor =
                request.Prompt.Login || request.MaxAge is not null || Math.Max(request.RequiredLevel, request.PreferredLevel) > 1,
        };
        await OAuthResults.RedirectAsync(http, $"{WellKnown.Login}?{InteractionsFeature.Ticket}={tickets.Protect(ticket, context.Now)}");
        return null;
    }

    // The same request again, for the way back.
    private async Task<Outcome<string>> SelfAsync(
        HttpContext http, Parameters parameters, AuthorizationRequest request, RequestContext context)
    {
        // The pushed request is complete and is used up with its code: parameters in addition to its reference are ignored,
        // and it is never pushed a second time.
        if (request.PushedRequestHash is { } hash)
        {
            await pushed.ProlongAsync(hash, Tickets.Lifetime, context, http.RequestAborted);
            return Address(parameters.Only("client_id", "request_uri", InteractionsFeature.Login, InteractionsFeature.Consent));
        }

        // A longer one is kept on the server: encrypted in a ticket it would not fit into the 4 KB that a proxy takes as the headers of an
        // answer.
        if (Address(parameters) is { Length: <= AnonymousRowLimit.MaxLengthOfAddress } self)
            return self;
        if (await limit.CountAsync(context, http.RequestAborted) is { } wait)
            return AnonymousRowLimit.Refuse(wait);
        var requestUri = await pushed.PushAsync(request.Client, request.Parameters, Tickets.Lifetime, context, http.RequestAborted);
        return $"{AuthorizeEndpoint.Path}?client_id={Uri.EscapeDataString(request.Client.Id)}&request_uri="
            + $"{Uri.EscapeDataString(requestUri)}";
    }

    private static string Address(Parameters parameters) => $"{AuthorizeEndpoint.Path}?{parameters.ToForm()}";
}
