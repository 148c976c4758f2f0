using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.OAuth.EndSession;

/// <summary>
/// <c>GET</c> and <c>POST /connect/endsession</c>. RP-Initiated Logout §2. Logs the user out at once when the request has an
/// <c>id_token</c> of the session in their cookie. Any other signed-in user is asked first, so that no other site can log them out.
/// </summary>
internal sealed class EndSessionEndpoint(
    LogoutRequestReader requests, BrowserCookie browser, BrowserLogout logout, Tickets tickets, KeptAddresses kept)
{
    public const string Path = "/connect/endsession";

    private static readonly EndpointDescription Description = new("GET", "signOut", OAuthDescriptions.Tag, "Send a user to sign out")
    {
        IsForBrowsers = true,
        Text =
            "OpenID Connect RP-Initiated Logout §2. For the address bar of a browser, not for a script. With an `id_token_hint` of the "
                + "session the user is signed out at once, "
            + "without one the user is asked. The same parameters may come as a form by POST.",
        Query =
        [
            Field.Text("id_token_hint", "An `id_token` of the session; it may have expired."),
            Field.Text("client_id", "Who asks, where there is no hint.") with { Example = "\"demo-web\"" },
            Field.Text("post_logout_redirect_uri", "Where the user goes afterwards: one that is registered.") with
            {
                Example = "\"http://localhost:5090/signed-out\"",
            },
            Field.Text("state", "Comes back as it is; at most 8,192 characters."),
            Field.Text("ui_locales", "Languages of the page, the best first."),
        ],
        Limit = EndpointLimits.Nothing,
        Answers =
        [
            new(302, "To the client, or to a page of the hub."), new(303, "The same after a POST."),
            new(400, "A page that says what is wrong.")
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<EndSessionEndpoint>();
        routes.MapHubEndpoint(Path, ["GET", "POST"], endpoint.HandleAsync, PageErrors.WriteAsync)
            .Describe(Description)
            .AdvertiseSupport(
                "backchannel_logout_supported", "backchannel_logout_session_supported", "frontchannel_logout_supported",
                "frontchannel_logout_session_supported")
            .Advertise("end_session_endpoint", Path, authenticatesClients: false);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        OAuthResults.SetNoStore(http.Response);
        var sent = await QueryReader.ReadEitherAsync(http.Request, http.RequestAborted);
        if (!sent.Succeeded)
            return sent.Error;
        var request = await ReadAsync(sent.Value, context, http.RequestAborted);
        if (!request.Succeeded)
            return request.Error;

        await OAuthResults.RedirectAsync(http, await NextAsync(http, request.Value, context));
        return null;
    }

    private async Task<Outcome<LogoutRequest>> ReadAsync(Parameters sent, RequestContext context, CancellationToken cancellationToken)
    {
        if (sent[InteractionsFeature.Ticket] is not { } ticket)
            return await requests.ReadAsync(sent, context, cancellationToken);
        return tickets.Unprotect<LogoutRequest>(ticket, context.Now) is { } read
            ? read
            : Refusal.InvalidRequest("Parameter 'ticket' is none of this server, or too old.", Reasons.Ticket);
    }

    private async Task<string> NextAsync(HttpContext http, LogoutRequest request, RequestContext context)
    {
        // On a POST from another site the browser sends no cookie: it is sent here once more, by GET.
        if (HttpMethods.IsPost(http.Request.Method) && browser.TagOf(http) is null)
        {
            if (request is { ClientId: { } clientId, RedirectUri: { } uri })
                request = request with { RedirectUri = await kept.KeepAsync(clientId, uri, context, http.RequestAborted) };
            return $"{Path}?{InteractionsFeature.Ticket}={tickets.Protect(request, context.Now)}";
        }

        var ticket = new LogoutTicket(request.ClientId, request.RedirectUri, request.UiLocales);
        if (request.Hint is { } hint && await browser.IsOfAsync(http, hint.SessionId))
            return await logout.EndAsync(http, hint.SessionId, ticket, context);
        if (await browser.FindSessionAsync(http, context.Now) is not { } session)
        {
            return request.Hint is not null && await logout.RedirectUriAsync(ticket, context, http.RequestAborted) is { } redirectUri
                ? redirectUri
                : await logout.PageAddressAsync(ticket, context, http.RequestAborted);
        }

        // A token of another user says nothing about the user who is signed in here, and does not redirect them.
        var isForeign = request.Hint is { } other && other.UserId != session.UserId;
        return await logout.PageAddressAsync(
            ticket with
            {
                AsksFirst = true,
                RedirectUri = isForeign ? null : ticket.RedirectUri,
            },
            context,
            http.RequestAborted);
    }
}
