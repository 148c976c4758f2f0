using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Sessions;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Http.Interactions;

/// <summary>
/// Logs a browser out: its session ends, its cookie goes, and it is sent where it belongs then. For the endpoint, which may do so at once,
/// and for the page, which asks first.
/// </summary>
internal sealed class BrowserLogout(
    SessionEnd ends, BrowserCookie browser, ClientRegistry registry, Tickets tickets, KeptAddresses kept, IOptions<HubSettings> settings)
{
    /// <summary>
    /// Ends the session. What was granted in it with <c>offline_access</c> stays valid, except for clients that are set to end it.
    /// </summary>
    /// <param name="sessionId">That of the browser's own cookie.</param>
    /// <param name="ticket">The client that sent the user, and the address to go to.</param>
    /// <returns>Where the browser goes: to the client when no client must be told by a frame, else to the logout page.</returns>
    public async Task<string> EndAsync(HttpContext http, Guid sessionId, LogoutTicket ticket, RequestContext context)
    {
        // Runs to its end, also when the user closes the window right after the click.
        var ended = await ends.EndAsync(sessionId, SessionEndReasons.Logout, context, CancellationToken.None);
        return await LeaveAsync(http, sessionId, ended, ticket, context);
    }

    /// <summary>Ends every session of the user, with all that was granted in them, <c>offline_access</c> included.</summary>
    /// <param name="session">That of the browser's own cookie.</param>
    /// <param name="ticket">The client that sent the user, and the address to go to.</param>
    /// <returns>Where the browser goes.</returns>
    public async Task<string> EndEverywhereAsync(
        HttpContext http, StoredBrowserSession session, LogoutTicket ticket, RequestContext context)
    {
        var ended = await ends.EndAllOfUserAsync(
            session.UserId, except: null, SessionEndReasons.EndedByUser, context, CancellationToken.None);
        return await LeaveAsync(http, session.Id, ended.FirstOrDefault(one => one.SessionId == session.Id), ticket, context);
    }

    private async Task<string> LeaveAsync(
        HttpContext http, Guid sessionId, EndedSession? ended, LogoutTicket ticket, RequestContext context)
    {
        browser.Delete(http);
        var told = (ended?.ClientIds ?? []).Where(id => FrontChannelClient(id) is not null).ToList();
        return told.Count == 0 && await RedirectUriAsync(ticket, context, CancellationToken.None) is { } redirectUri
            ? redirectUri
            : await PageAddressAsync(
                ticket with
                {
                    AsksFirst = false,
                    EndedSessionId = sessionId,
                    EndedAt = context.Now,
                    FrontChannelClientIds = told,
                },
                context,
                CancellationToken.None);
    }

    /// <summary>Address of the logout page.</summary>
    public async Task<string> PageAddressAsync(LogoutTicket ticket, RequestContext context, CancellationToken cancellationToken)
    {
        if (ticket is { ClientId: { } clientId, RedirectUri: { } uri })
            ticket = ticket with { RedirectUri = await kept.KeepAsync(clientId, uri, context, cancellationToken) };
        return $"{WellKnown.Logout}?{InteractionsFeature.Ticket}={tickets.Protect(ticket, context.Now)}";
    }

    /// <summary>Where the user goes after the logout; null for nowhere.</summary>
    public Task<string?> RedirectUriAsync(LogoutTicket ticket, RequestContext context, CancellationToken cancellationToken) =>
        ticket.RedirectUri is { } uri ? kept.FindAsync(uri, context, cancellationToken) : Task.FromResult<string?>(null);

    /// <summary>
    /// Addresses to load in frames, right after a logout: as registered, with <c>iss</c> and <c>sid</c> where the client wants them. OpenID
    /// Connect Front-Channel Logout §2.
    /// </summary>
    public IReadOnlyList<string> FrontChannelUris(LogoutTicket ticket, RequestContext context) =>
        ticket.EndedSessionId is { } sessionId && context.Now < ticket.EndedAt + LogoutTicket.FramesLifetime
            ?
            [
                .. ticket
                    .FrontChannelClientIds.Select(FrontChannelClient)
                    .OfType<Client>()
                    .Select(client => FrontChannelUri(client, sessionId))
            ]
            : [];

    private Client? FrontChannelClient(string clientId) =>
        registry.Current.Find(clientId) is { Enabled: true, FrontchannelLogoutUri: not null } client ? client : null;

    private string FrontChannelUri(Client client, Guid sessionId)
    {
        var uri = client.FrontchannelLogoutUri!;
        return client.FrontchannelLogoutSessionRequired
            ? RedirectUris.WithQuery(uri, $"iss={Uri.EscapeDataString(settings.Value.Issuer)}&sid={sessionId}")
            : uri;
    }
}
