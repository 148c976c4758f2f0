namespace IdentityHub.Server.Http.Interactions;

/// <summary>What the logout page needs to know.</summary>
/// <param name="ClientId">The client that sent the user; null for none.</param>
/// <param name="RedirectUri">
/// Registered address to go to afterwards, <c>state</c> included, as it stands in the ticket; null for none. When the user was not asked
/// and nothing ended, it is only for a link on the page.
/// </param>
/// <param name="UiLocales">Languages in the order of preference, separated by blanks.</param>
internal sealed record LogoutTicket(string? ClientId, TicketAddress? RedirectUri, string? UiLocales)
{
    /// <summary>
    /// True: nothing has ended yet; the user is asked whether they want to log out, and <see cref="BrowserLogout.EndAsync"/> does it.
    /// </summary>
    public bool AsksFirst { get; init; }

    /// <summary>
    /// How long frames are loaded after a logout: the time of one redirect, so that no ticket of another's logout is kept for later.
    /// </summary>
    public static readonly TimeSpan FramesLifetime = TimeSpan.FromMinutes(1);

    /// <summary>The session that has just ended; null for none.</summary>
    public Guid? EndedSessionId { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset EndedAt { get; init; }

    /// <summary>Clients that are told of that by a frame: <see cref="BrowserLogout.FrontChannelUris"/>.</summary>
    public IReadOnlyList<string> FrontChannelClientIds { get; init; } = [];
}
