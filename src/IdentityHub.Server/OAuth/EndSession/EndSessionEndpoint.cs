using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;

namespace IdentityHub.Server.OAuth.EndSession;

/// <summary>
/// <c>GET</c> and <c>POST /connect/endsession</c>. RP-Initiated Logout §2. Logs out at once who comes with an <c>id_token</c> of the very session
/// that his cookie names; whoever else is signed in is asked, so that no other site can log him out.
/// </summary>
internal sealed class EndSessionEndpoint(
    LogoutRequestReader requests, BrowserCookie browser, BrowserLogout logout, Tickets tickets, KeptAddresses kept)
{
    public const string Path = "/connect/endsession";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var requests = ActivatorUtilities.CreateInstance<LogoutRequestReader>(routes.ServiceProvider);
        var endpoint = ActivatorUtilities.CreateInstance<EndSessionEndpoint>(routes.ServiceProvider, requests);
        routes.MapDoor(Path, ["GET", "POST"], endpoint.HandleAsync, PageErrors.WriteAsync)
            .AdvertiseSupport(
                "backchannel_logout_supported", "backchannel_logout_session_supported", "frontchannel_logout_supported", "frontchannel_logout_session_supported")
            .Advertise("end_session_endpoint", Path, authenticatesClients: false);
    }

    private async Task<OAuthError?> HandleAsync(HttpContext http, Call call)
    {
        OAuthResults.SetNoStore(http.Response);
        var sent = await QueryReader.ReadEitherAsync(http.Request, http.RequestAborted);
        if (!sent.Succeeded)
            return sent.Error;
        var request = await ReadAsync(sent.Value, call, http.RequestAborted);
        if (!request.Succeeded)
            return request.Error;

        await OAuthResults.RedirectAsync(http, await NextAsync(http, request.Value, call));
        return null;
    }

    private async Task<Outcome<LogoutRequest>> ReadAsync(Parameters sent, Call call, CancellationToken cancellationToken)
    {
        if (sent[InteractionsFeature.Ticket] is not { } ticket)
            return await requests.ReadAsync(sent, call, cancellationToken);
        return tickets.Unprotect<LogoutRequest>(ticket, call.Now) is { } read
            ? read
            : OAuthError.InvalidRequest("Parameter 'ticket' is none of this server, or too old.", "ticket");
    }

    private async Task<string> NextAsync(HttpContext http, LogoutRequest request, Call call)
    {
        // On a POST from another site the browser leaves its cookie at home: it comes again by GET.
        if (HttpMethods.IsPost(http.Request.Method) && browser.TagOf(http) is null)
        {
            if (request is { ClientId: { } clientId, RedirectUri: { } uri })
                request = request with { RedirectUri = await kept.KeepAsync(clientId, uri, call, http.RequestAborted) };
            return $"{Path}?{InteractionsFeature.Ticket}={tickets.Protect(request, call.Now)}";
        }

        var ticket = new LogoutTicket(request.ClientId, request.RedirectUri, request.UiLocales);
        if (request.Hint is { } hint && await browser.IsOfAsync(http, hint.SessionId))
            return await logout.EndAsync(http, hint.SessionId, ticket, call);
        if (await browser.FindSessionAsync(http, call.Now) is not { } session)
        {
            return request.Hint is not null && await logout.RedirectUriAsync(ticket, call, http.RequestAborted) is { } redirectUri
                ? redirectUri
                : await logout.PageAddressAsync(ticket, call, http.RequestAborted);
        }

        // A token of somebody else says nothing about who is signed in here, and brings him nowhere.
        var isForeign = request.Hint is { } other && other.UserId != session.UserId;
        return await logout.PageAddressAsync(ticket with { AsksFirst = true, RedirectUri = isForeign ? null : ticket.RedirectUri }, call, http.RequestAborted);
    }
}
