namespace IdentityHub.Storage.Sessions;

/// <summary>What a client is to be told: a session of a user has ended. The token itself is made when it is sent.</summary>
public sealed record LogoutNotice(string ClientId, Guid UserId, Guid SessionId)
{
    /// <summary>The channel of the outbox.</summary>
    public const string Channel = "backchannel-logout";

    /// <summary>One for each client that got something in a session and is to be notified of its end.</summary>
    public static IEnumerable<LogoutNotice> Of(IEnumerable<EndedSession> ended, Func<string, bool> wantsToKnow) =>
        from session in ended
        from clientId in session.ClientIds
        where wantsToKnow(clientId)
        select new LogoutNotice(clientId, session.UserId, session.SessionId);
}
