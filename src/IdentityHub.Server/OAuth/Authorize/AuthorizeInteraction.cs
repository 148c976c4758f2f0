using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Grants.AuthorizationCode;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.OAuth.Authorize;

/// <summary>
/// Sends the user to the login and consent pages with all that they need, and believes of what comes back only what is bound to this very
/// request and to the session that the browser has now. ASSURANCE S6.
/// </summary>
internal sealed class AuthorizeInteraction(Tickets tickets, BrowserCookie browser, PushedRequests pushed)
{
    // Longer ones would not fit into a request line once they stand encrypted in a ticket: they are kept on the server.
    private const int MaxReturnUrlLength = 3000;

    /// <summary>What the user has done about the request, as far as it can be believed.</summary>
    public UserActions ActionsOf(HttpContext http, Parameters sent, AuthorizationRequest request, StoredBrowserSession? session, Call call)
    {
        var marker = tickets.Unprotect<LoginMarker>(sent[InteractionsFeature.Login], call.Now);
        if (marker?.RequestHash != request.Hash)
            marker = null;
        var consent = tickets.Unprotect<ConsentDecision>(sent[InteractionsFeature.Consent], call.Now);
        if (consent?.RequestHash != request.Hash || consent.SessionId != session?.Id)
            consent = null;

        // Databases keep times to the microsecond.
        var hasLoggedIn = marker is not null && session is not null
            && session.AuthenticatedAt >= marker.StartedAt - TimeSpan.FromMilliseconds(1) && browser.TagOf(http) != marker.CookieTag;
        var hasCancelled = marker is { Cancelled: true } || consent is { IsRefused: true };
        return new UserActions(hasLoggedIn, marker?.ChosenSessionId, hasCancelled, consent?.Scopes);
    }

    /// <summary>
    /// Sends the browser here once more, by GET: on a POST from another site it leaves its cookie at home, and nobody would be signed in.
    /// </summary>
    public async Task<OAuthError?> ComeAgainAsync(HttpContext http, Call call, Parameters sent, AuthorizationRequest request)
    {
        OAuthResults.Redirect(http, await SelfAsync(sent, request, call, http.RequestAborted));
        return null;
    }

    /// <summary>Sends the browser to the page of a step.</summary>
    public async Task<OAuthError?> SendToPageAsync(
        HttpContext http, Call call, Parameters sent, AuthorizationRequest request, AuthorizationStep step, StoredBrowserSession? session)
    {
        var self = await SelfAsync(sent.Without(InteractionsFeature.Login, InteractionsFeature.Consent), request, call, http.RequestAborted);
        var formTarget = RedirectUris.FormTarget(request.Target.RedirectUri);
        if (step == AuthorizationStep.Consent)
        {
            // The login that the request asked for goes along: after the consent it is asked for no more.
            var login = sent[InteractionsFeature.Login] is { } before ? $"&{InteractionsFeature.Login}={Uri.EscapeDataString(before)}" : "";
            var consent = new ConsentTicket(self + login, request.Hash, request.Client.Id, session!.Id, request.Scopes, formTarget, request.UiLocales);
            OAuthResults.Redirect(http, $"{WellKnown.Consent}?{InteractionsFeature.Ticket}={tickets.Protect(consent, call.Now)}");
            return null;
        }

        var marker = new LoginMarker(request.Hash, call.Now, browser.TagOf(http));
        var ticket = new LoginTicket(
            self, marker, request.Client.Id, formTarget, request.LoginHint, request.UiLocales, step == AuthorizationStep.SelectAccount)
        {
            CreatesAccount = request.Prompt.Create,
        };
        OAuthResults.Redirect(http, $"{WellKnown.Login}?{InteractionsFeature.Ticket}={tickets.Protect(ticket, call.Now)}");
        return null;
    }

    // The same request again, for the way back.
    private async Task<string> SelfAsync(Parameters parameters, AuthorizationRequest request, Call call, CancellationToken cancellationToken)
    {
        var self = AuthorizeEndpoint.Path + "?" + string.Join('&', parameters.Items.Select(item => $"{Uri.EscapeDataString(item.Key)}={Uri.EscapeDataString(item.Value)}"));
        if (self.Length <= MaxReturnUrlLength)
            return self;
        var requestUri = await pushed.PushAsync(request.Client, request.Parameters, Tickets.Lifetime, call, cancellationToken);
        return $"{AuthorizeEndpoint.Path}?client_id={Uri.EscapeDataString(request.Client.Id)}&request_uri={Uri.EscapeDataString(requestUri)}";
    }
}
