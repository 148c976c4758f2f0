using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Sessions;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Sessions;

/// <summary>A browser that has just been signed in.</summary>
/// <param name="Handle">The value of its cookie.</param>
/// <param name="IsPersistent">True when the cookie outlives the browser.</param>
/// <param name="ExpiresAt">Absolute end of the cookie.</param>
internal sealed record StartedBrowserSession(Guid SessionId, string Handle, bool IsPersistent, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"{nameof(StartedBrowserSession)} {{ SessionId = {SessionId} }}";
}

/// <summary>
/// Sign-in sessions of browsers. The handle is new at every login, so that a preset one is worth nothing. The session goes on
/// when its own user logs in again, and ends when another user logs in. ASSURANCE S1, S5.
/// </summary>
internal sealed class BrowserSessions(
    BrowserSessionStore store, SessionStore sessions, SessionEnd ends, AuditTrail audit, IOptions<HubSettings> settings)
{
    // A browser that asks ten times a second is written down once a minute.
    private static readonly TimeSpan TouchInterval = TimeSpan.FromMinutes(1);

    /// <summary>The session of a cookie; null when it is unknown, ended, expired, idle for too long, or its user is not admitted.</summary>
    public async Task<StoredBrowserSession?> FindAsync(string? handle, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!OpaqueToken.IsWellFormed(handle, OpaqueTokenType.BrowserSession)
            || await store.FindAsync(TokenHash.Of(handle), now, cancellationToken) is not { } session)
            return null;

        var idle = session.IsPersistent ? settings.Value.Sessions.RememberedIdleTimeout : settings.Value.Sessions.IdleTimeout;
        if (session.LastSeenAt + idle <= now || session.User.GetDenialReason(now) is not null)
            return null;
        if (session.LastSeenAt + TouchInterval <= now)
            await store.TouchAsync(session.Id, now, cancellationToken);
        return session;
    }

    /// <summary>
    /// True when a cookie belongs to this session and the session has not ended. Use it only to end the session: an idle or expired one is
    /// no login.
    /// </summary>
    public async Task<bool> IsHandleOfAsync(string? handle, Guid sessionId, CancellationToken cancellationToken) =>
        OpaqueToken.IsWellFormed(handle, OpaqueTokenType.BrowserSession)
        && await store.IsHandleOfAsync(TokenHash.Of(handle), sessionId, cancellationToken);

    /// <summary>Signs a browser in.</summary>
    /// <param name="remember">True when the user asked to stay signed in.</param>
    /// <param name="handle">
    /// The cookie that the browser has now; null for none. An idle or expired one is no login any more, but its session has not ended.
    /// </param>
    /// <returns>The refusal when the user's credentials were changed while they were being checked.</returns>
    public async Task<Outcome<StartedBrowserSession>> StartAsync(
        AdmittedLogin login, bool remember, string? handle, RequestContext context, CancellationToken cancellationToken)
    {
        var (session, newHandle) = SessionFactory.ForBrowser(login, remember, settings.Value.Sessions, context);
        var current = OpaqueToken.IsWellFormed(handle, OpaqueTokenType.BrowserSession)
            ? await store.FindOwnerAsync(TokenHash.Of(handle), cancellationToken)
            : null;
        if (current?.UserId == login.UserId)
        {
            session.Id = current.SessionId;
            if (await store.TryRenewAsync(session, login.SecurityStamp, cancellationToken))
            {
                await audit.WriteAsync(context, AuditTypes.SessionRenewed, login.UserId, session.Id);
                return Started(session, newHandle);
            }

            session.Id = Identifiers.NewId(context.Now);
        }

        if (!await sessions.TryStartAsync(session, login.SecurityStamp, family: null, token: null, cancellationToken))
            return Refusal.InvalidCredentials(
                Reasons.CredentialChanged, "the user's credentials were changed while they were being checked");
        await audit.WriteAsync(context, AuditTypes.SessionStarted, login.UserId, session.Id);
        if (current is not null)
            await ends.EndAsync(current.SessionId, SessionEndReasons.Replaced, context, cancellationToken);
        return Started(session, newHandle);
    }

    /// <summary>
    /// What becomes of a session whose user has just proven again who they are, for a transaction that does more. Nothing is stored yet.
    /// </summary>
    public (Session Session, StartedBrowserSession Started) Renewed(
        StoredBrowserSession current, AdmittedLogin login, RequestContext context)
    {
        var (session, handle) = SessionFactory.ForBrowser(login, current.IsPersistent, settings.Value.Sessions, context);
        session.Id = current.Id;
        return (session, Started(session, handle));
    }

    private static StartedBrowserSession Started(Session session, string handle) =>
        new(session.Id, handle, session.IsPersistent, session.HandleExpiresAt!.Value);
}
